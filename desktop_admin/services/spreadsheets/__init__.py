"""Workbooks and text tables, in and out; knows no Qt and no database.

`reading` looks into a file and streams its rows, `mapping` says which column is which field and
judges each row by a kind from `kinds`; `writing` makes workbooks and CSV, `templates` the empty
workbook of a kind, `rejects` the workbook of the rows that were not taken.
"""
