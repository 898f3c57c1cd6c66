"""The report as files: a workbook with its charts, and a CSV file for each table."""
