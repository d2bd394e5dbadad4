import pytest
from django.test import Client

from tests.makers.schools import make_cast


@pytest.fixture
def cast(db):
    return make_cast()


@pytest.fixture
def client_that_checks_csrf():
    return Client(enforce_csrf_checks=True)
