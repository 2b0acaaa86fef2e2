"""Somebody new begins: taken on by the administrator, and at the first sign-in a password of their own; by keys."""

from __future__ import annotations

from typing import Any

from desktop_admin.services import operators
from desktop_admin.views.administration.secret import SecretDialog
from desktop_admin.views.dialogs import FormDialog
from tests.founding import PASSWORD
from tests.stories.conftest import Town, signed_in
from tests.stories.hands import Hands

OWN = "bridge over the river"


def account(town: Town) -> Any:
    return next(row for row in town.till.by("administrator").ask(operators.listing) if row.login == "lin")


def test_taken_on_and_signed_in_for_the_first_time(hands: Hands, town: Town) -> None:
    signed_in(hands, "administrator").palette("administration").sees_screen("AdministrationScreen")
    hands.press("F4").sees_dialog(FormDialog)
    # a name to sign in with, a name, the first role offered: the counter; Enter ends it
    hands.type("lin").press("Tab").type("林小雨").press("Tab").rest()
    hands.press("Return")
    told = hands.sees_dialog(SecretDialog)
    once = told.secret.text()
    hands.rest().press("Return").sees_no_dialog().rest()
    assert (account(town).name, account(town).role, account(town).must_change) == ("林小雨", "counter", True)
    # the new one comes: a password of their own before anything else
    hands.palette("sign out").until(lambda: hands.window.sign_in.isVisible()).rest()
    hands.type("lin").press("Return").type(once).press("Return")
    form = hands.sees_dialog(FormDialog).form
    hands.rest().type(once).press("Tab").type(OWN).press("Tab").type("another one").press("Return")
    hands.until(lambda: form._errors["again"].text()).rest()
    # what differs is typed anew in the field that has the focus: nobody has to delete what cannot be read
    hands.type(OWN).press("Return").sees_no_dialog(timeout=30_000).rest()
    assert not account(town).must_change
    hands.type("zs").press("Return").sees_member("张三")
    # and it holds from now on
    hands.palette("sign out").until(lambda: hands.window.sign_in.isVisible()).rest()
    hands.type("lin").press("Return").type(OWN).press("Return")
    hands.until(lambda: hands.window.shell is not None and hands.window.shell.isVisible()).rest()
    assert hands.window.desk.actor is not None
    assert hands.window.desk.actor.name == "林小雨"
    assert PASSWORD != OWN
