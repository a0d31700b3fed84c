"""The command "show provisioning": who made this configuration, and when. A CLI plugin of EOS."""

import BasicCli
import ShowCommand


class ShowProvisioning(ShowCommand.ShowCliCommandClass):
    syntax = "show provisioning"
    data = {"provisioning": "What the bootstrap client noted"}

    @staticmethod
    def handler(mode, args):
        with open("/mnt/flash/provisioned") as note:
            print(note.read().strip())


BasicCli.addShowCommandClass(ShowProvisioning)
