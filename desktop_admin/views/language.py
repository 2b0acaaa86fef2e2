"""Change the language of the whole program while it runs."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from desktop_admin import i18n
from desktop_admin.settings import LANGUAGE, Settings
from desktop_admin.views import theme

_translator: QTranslator | None = None


def first_language(settings: Settings, wanted: str = "") -> str:
    """Use the language wanted, else the one kept, else the system's."""
    kept = wanted or settings.get(LANGUAGE)
    preferred = [kept] if kept else QLocale.system().uiLanguages()
    return use(i18n.match_language(preferred))


def switch_language(settings: Settings, language: str) -> None:
    """Use a language from now on and keep it."""
    settings.set(LANGUAGE, language)
    use(language)


def use(language: str) -> str:
    """Speak a language: our texts, Qt's own buttons, the Chinese face of the fonts."""
    global _translator
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    language = i18n.use_language(language)
    QLocale.setDefault(QLocale(language))
    if _translator is not None:
        app.removeTranslator(_translator)
        _translator = None
    if language != "en":
        translator = QTranslator(app)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if translator.load(f"qtbase_{language}", folder):
            app.installTranslator(translator)
            _translator = translator
    theme.current().set(language=language)
    for window in app.topLevelWidgets():
        QCoreApplication.postEvent(window, QEvent(QEvent.Type.LanguageChange))
    return language
