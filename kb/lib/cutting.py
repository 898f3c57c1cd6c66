"""jieba's cutter, one for all rooms: its dictionary is slow to load and large to hold."""

import logging

import jieba

CUTTER = jieba.Tokenizer()
jieba.setLogLevel(logging.WARNING)
