"""The foundation: small tools that know no app and own no table."""
