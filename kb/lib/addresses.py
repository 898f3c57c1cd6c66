"""Addresses of pages that another room owns, or that are not built yet."""

from django.urls import NoReverseMatch, reverse


def address_of(name: str, *arguments: object) -> str:
    """The address of the page of that name; empty where there is no such page (yet)."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""
