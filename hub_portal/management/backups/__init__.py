"""Backups: one archive of the database and the stored files, and a portal made again from it.

The keys are not in it: what the portal keeps encrypted, and every link it has mailed, is worth
nothing to whoever finds an archive alone. Nor are sessions and the cache: a restored portal is
signed in to afresh.
"""

from hub_portal.management.backups.making import make_backup
from hub_portal.management.backups.restoring import restore_backup

__all__ = ["make_backup", "restore_backup"]
