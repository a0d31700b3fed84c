"""Sits in a chat room and prints each message that arrives there: one JSON object a line."""

import json
import logging
import sys

import slixmpp

logging.disable(logging.CRITICAL)


def tell(**what):
    print(json.dumps(what), flush=True)


class Listener(slixmpp.ClientXMPP):
    def __init__(self, jid, password, room):
        slixmpp.ClientXMPP.__init__(self, jid, password)
        self.room = room
        self.register_plugin("xep_0045")
        self.add_event_handler("session_start", self.join)
        self.add_event_handler("groupchat_presence", self.greet)
        self.add_event_handler("groupchat_message", self.hear)

    def join(self, _event):
        self.send_presence()
        muc = self.plugin["xep_0045"]
        muc.join_muc(self.room, "listener")

    def greet(self, presence):
        tell(present=presence["muc"]["nick"])

    def hear(self, message):
        tell(nick=message["mucnick"], text=message["body"])


jid, password, room, port = sys.argv[1:]
client = Listener(jid, password, room)
client.connect(("127.0.0.1", int(port)), disable_starttls=True)
client.loop.run_forever()
