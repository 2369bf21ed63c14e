"""The decision paper: gathered from the services, put in chapters, and written as HTML, PDF or DOCX.

The way of the data: ``gathered`` (figures, from the services the API answers from) → ``chapters`` (blocks of text,
tables and pictures) → ``html`` → ``pdf``, or ``docx``. All forms are written from the same blocks.
"""
