"""Commands and queries: how a service asks leave, opens its operation and answers a repeated request.

A command's request id is unique for ever and bound by success. The same request again is answered with the first
receipt; the same id with other parameters is refused. A refusal is not remembered.
"""

from __future__ import annotations

import functools
import hashlib
import inspect
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Concatenate, ParamSpec, TypeVar, cast, get_type_hints

from desktop_admin.i18n import N_
from desktop_admin.services import codec, set_back
from desktop_admin.services.database.sql import Sql, next_id
from desktop_admin.services.database.work import Operation, Work
from desktop_admin.services.errors import Refused
from desktop_admin.services.permissions import Permission, Role, may
from desktop_admin.services.storable import refuse_unstorable
from desktop_admin.services.topics import Topic

P = ParamSpec("P")
R = TypeVar("R")

# every command and query of the program by name, for tests over all of them and for approvals
COMMANDS: dict[str, Callable[..., Any]] = {}
QUERIES: dict[str, Callable[..., Any]] = {}

_FIND = Sql(
    "SELECT o.kind, o.parameters, r.body FROM operation o LEFT JOIN receipt r ON r.operation_id = o.id "
    "WHERE o.request = :request"
)
_OPEN = Sql(
    "INSERT INTO operation (id, request, kind, parameters, operator_id, branch_id, workstation, business_date, "
    "recorded_at) "
    "VALUES (:id, :request, :kind, :parameters, :operator_id, :branch_id, :workstation, :business_date, :recorded_at)"
)
# Whoever asks again may see what no standby has yet: its COMMIT still waited when the line was cut. A word of our own
# in the log makes the commit of this answer wait for the standby too, and so for all that was written before.
_AS_SAFE = Sql("SELECT 1", postgresql="SELECT pg_logical_emit_message(true, 'pointsdesk', 'again')")
_RECEIPT = Sql("INSERT INTO receipt (operation_id, body) VALUES (:id, :body)")
_NEXT = next_id("operation")
_STANDING = Sql("SELECT role, active, must_change FROM operator WHERE id = :id")


def new_request() -> str:
    """A request id. A form makes it when it opens and keeps it until it closes."""
    return uuid.uuid4().hex


def command(
    permission: Permission, *topics: Topic
) -> Callable[[Callable[Concatenate[Work, P], R]], Callable[Concatenate[Work, P], R]]:
    """Declare a service that writes: the leave it needs and the topics it touches.

    The service takes ``work`` and keywords only, ``request`` among them, and answers a frozen record.
    """

    def declare(service: Callable[Concatenate[Work, P], R]) -> Callable[Concatenate[Work, P], R]:
        name = _name(service)
        answer: list[Any] = []

        @functools.wraps(service)
        def run(work: Work, *args: P.args, **kwargs: P.kwargs) -> R:
            if args:
                raise TypeError(f"{name} takes keywords only")
            work.touch(*topics)
            refuse_unstorable(kwargs)
            if work.operation is not None:  # part of another command, under its request
                ask_leave(work, permission)
                return service(work, *args, **kwargs)
            request = _request(kwargs)
            known, new_id = _look(work, request)
            ask_leave(work, permission)
            work.announce(name, request, kwargs)
            if known is not None:
                if not answer:
                    answer.append(get_type_hints(service)["return"])
                return _done(work, known, name, kwargs, answer[0])  # type: ignore[no-any-return]
            _begin(work, new_id, name, request, _said(kwargs))
            result = service(work, *args, **kwargs)
            work.send(_RECEIPT, id=new_id, body=codec.dump(result))
            return result

        run.permission = permission  # type: ignore[attr-defined]
        run.topics = frozenset(topics)  # type: ignore[attr-defined]
        COMMANDS[name] = run
        return cast(Callable[Concatenate[Work, P], R], run)

    return declare


def query(permission: Permission) -> Callable[[Callable[Concatenate[Work, P], R]], Callable[Concatenate[Work, P], R]]:
    """Declare a service that only reads, and the leave it needs."""

    def declare(service: Callable[Concatenate[Work, P], R]) -> Callable[Concatenate[Work, P], R]:
        @functools.wraps(service)
        def run(work: Work, *args: P.args, **kwargs: P.kwargs) -> R:
            refuse_unstorable(kwargs)
            with _leave(work, permission):
                return service(work, *args, **kwargs)

        run.permission = permission  # type: ignore[attr-defined]
        QUERIES[_name(service)] = run
        return cast(Callable[Concatenate[Work, P], R], run)

    return declare


def _name(service: Callable[..., Any]) -> str:
    parameters = list(inspect.signature(service).parameters.values())[1:]
    if any(p.kind is not inspect.Parameter.KEYWORD_ONLY for p in parameters):
        raise TypeError(f"{service.__qualname__}: work first, the rest keyword-only")
    # kept in the books for ever, so it names the noun and not the file: points.adjust
    noun = service.__module__.removeprefix("desktop_admin.services.").partition(".")[0]
    return f"{noun}.{service.__name__}"


def topics_of(kind: str) -> frozenset[Topic]:
    """What an operation of this kind may have touched; everything where nobody declared it."""
    if kind in COMMANDS:
        return COMMANDS[kind].topics  # type: ignore[attr-defined, no-any-return]
    return frozenset({Topic.OPERATORS}) if kind.startswith("operators.") else frozenset(Topic)


@contextmanager
def unlisted(work: Work, kind: str, **facts: Any) -> Iterator[None]:
    """An operation of the program's own, which no screen asks for by name: signing in, changing a password."""
    new_id = work.new_ids("operation")[0]
    _begin(work, new_id, kind, new_request(), codec.dump(facts))
    yield
    work.send(_RECEIPT, id=new_id, body="null")


def still_valid(work: Work) -> Role:
    """The actor's role as it stands in this very transaction, read once per transaction.

    So a demotion and a deactivation take effect at the next act. Refuses an operator who was deactivated.
    """
    actor = work.actor
    if actor.role is Role.SYSTEM:
        return Role.SYSTEM
    if work.standing is None or work.standing[0] != actor.operator_id:
        _note(work, work.all(_STANDING, id=actor.operator_id))
    if work.standing is None:
        raise Refused(N_("Your account was switched off. Nothing was done."), signed_out=True)
    return work.standing[1]


def _note(work: Work, rows: Sequence[Any]) -> None:
    active = bool(rows) and rows[0].active
    work.standing = (work.actor.operator_id, Role(rows[0].role), bool(rows[0].must_change)) if active else None


@contextmanager
def _leave(work: Work, permission: Permission) -> Iterator[None]:
    """Leave for a query: asked together with what the query asks, and judged before anything is answered."""
    if not may(work.actor.role, permission) or work.writing or work.standing or work.actor.role is Role.SYSTEM:
        ask_leave(work, permission)
        yield
        return
    standing = work.later(_STANDING, id=work.actor.operator_id)
    try:
        yield
    except Exception as error:  # whoever may not ask is told that instead, also where a server said no to the question
        try:
            _note(work, standing())
        except Exception:  # noqa: BLE001 - the line is gone
            raise error from None
        if work.standing is not None or isinstance(error, Refused):
            ask_leave(work, permission)
        raise
    _note(work, standing())
    ask_leave(work, permission)


def ask_leave(work: Work, permission: Permission) -> None:
    """Refuse an act the operator's role does not allow, as it stands in this very transaction."""
    role = still_valid(work)
    if not (may(work.actor.role, permission) and may(role, permission)):
        raise Refused(N_("Your role does not allow this."), permission=permission.value)
    if permission is not Permission.USE_PROGRAM and work.standing is not None and work.standing[2]:
        raise Refused(N_("Choose a password of your own first."), must_change=True)


def _request(kwargs: dict[str, Any]) -> str:
    request = kwargs.get("request")
    if not isinstance(request, str) or not 8 <= len(request) <= 100:
        raise Refused(N_("This act has no proper request id."))
    return request


def _look(work: Work, request: str) -> tuple[Any, int]:
    """The operation of a repeated request, and the id of a new one; takes note of the operator's standing."""
    rows, known, ids = work.together(
        (_STANDING, {"id": work.actor.operator_id}), (_FIND, {"request": request}), (_NEXT, {})
    )
    _note(work, rows)
    return (known[0] if known else None), ids[0].id


def _done(work: Work, known: Any, name: str, kwargs: dict[str, Any], answer: Any) -> Any:
    """The first receipt of a repeated request. Refused where it was a request for something else."""
    if known.kind != name or known.parameters != _digest(_said(kwargs)):
        raise Refused(N_("This request was already used for something else. Nothing was done; open the form again."))
    work.send(_AS_SAFE)
    return codec.load(answer, known.body)


def _said(kwargs: dict[str, Any]) -> str:
    return codec.dump(
        {key: value for key, value in kwargs.items() if key != "request" and not isinstance(value, codec.Secret)}
    )


def _digest(said: str) -> str:
    return hashlib.sha256(said.encode()).hexdigest()


def _begin(work: Work, new_id: int, name: str, request: str, said: str) -> None:
    set_back.refuse(work, name)
    actor = work.actor
    work.send(
        _OPEN,
        id=new_id,
        request=request,
        kind=name,
        parameters=_digest(said),
        operator_id=actor.operator_id,
        branch_id=actor.branch_id,
        workstation=actor.workstation,
        business_date=work.today_text,
        recorded_at=work.now_text,
    )
    work.operation = Operation(new_id, request, name)
    work.begun.append(new_id)
