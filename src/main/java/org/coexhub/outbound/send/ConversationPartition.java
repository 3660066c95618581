package org.coexhub.outbound.send;

import org.coexhub.event.CustomerIdentity;
import org.coexhub.event.PhoneNumberId;

/** Tells the journal partition of a conversation; the one its webhooks go to, so that order holds among all of them. */
@FunctionalInterface
public interface ConversationPartition {

    /**
     * @param customer null in a group
     * @param group null in a one-to-one conversation
     */
    int of(PhoneNumberId number, CustomerIdentity customer, String group);
}
