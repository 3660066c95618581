package org.coexhub.command.signed;

/** A request larger than any command. */
public final class OversizedCommand extends RuntimeException {

    OversizedCommand() {
        super("a command has at most 256 KiB", null, false, false);
    }
}
