"""probe"""
import pytest
pytestmark = pytest.mark.gate

def test_start(visit, look):
    page = visit("/")
    look(page, "start")

def test_home(visit, look):
    page = visit("/can-bo/", "lan")
    look(page, "home")
