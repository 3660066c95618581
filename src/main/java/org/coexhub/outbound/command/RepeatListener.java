package org.coexhub.outbound.command;

import org.coexhub.event.PhoneNumberId;

/** Is told of commands that were handed in again and, having been accepted before, are not sent again. */
@FunctionalInterface
public interface RepeatListener {

    void repeated(CommandId first, PhoneNumberId number);
}
