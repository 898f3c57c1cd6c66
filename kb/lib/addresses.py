"""Addresses of pages that another room owns, or that are not built yet."""

from django.conf import settings
from django.urls import NoReverseMatch, reverse


def address_of(name: str, *arguments: object) -> str:
    """The address of the page of that name; empty where there is no such page (yet)."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""


def in_mail(address: str) -> str:
    """The whole address of a page, for readers who are not on the site."""
    return f"{settings.SITE_ADDRESS}{address}"
