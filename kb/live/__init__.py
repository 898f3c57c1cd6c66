"""The push stream: what happened since, to every open page, over Server-Sent Events."""
