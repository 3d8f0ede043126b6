"""Addresses of the agency API."""

from rest_framework.routers import SimpleRouter

from violations.api import ViolationViewSet

router = SimpleRouter()
router.register("violations", ViolationViewSet, basename="api-violation")
urlpatterns = router.urls
