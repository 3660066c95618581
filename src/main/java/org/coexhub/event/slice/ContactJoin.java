package org.coexhub.event.slice;

import org.coexhub.event.slice.Outline.Contact;
import org.coexhub.event.slice.Outline.Item;
import org.coexhub.event.slice.Outline.Kind;
import org.coexhub.event.slice.Outline.Scope;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Completes what items say of a customer from the {@code contacts} beside them.
 *
 * <p>An item takes the first contact with its wa_id, else the first with its business-scoped id, and an item that names
 * nobody takes a contact only if there is no other. The rule never depends on which other items are present, so a slice
 * that kept the contacts of its own items gives each of them the same answer as the whole body did.
 */
final class ContactJoin {

    private ContactJoin() {}

    static void join(Scope scope, List<Item> items) {
        if (scope.contacts.isEmpty()) {
            return;
        }
        Contact sole = scope.contacts.size() == 1 ? scope.contacts.get(0) : null;
        Map<String, Contact> byWaId = new HashMap<>();
        Map<String, Contact> byScopedId = new HashMap<>();
        for (Contact contact : scope.contacts) {
            byWaId.putIfAbsent(contact.identity().waId, contact);
            byScopedId.putIfAbsent(contact.identity().bsuid, contact);
        }
        for (Item item : items) {
            if (item.scope != scope || !mayHaveContact(item.kind)) {
                continue;
            }
            Identity identity = item.identity;
            Contact found = identity.waId == null ? null : byWaId.get(identity.waId);
            if (found == null && identity.bsuid != null) {
                found = byScopedId.get(identity.bsuid);
            }
            if (found == null && !identity.named()) {
                found = sole;
            }
            if (found != null) {
                item.contact = found;
                identity.fillFrom(found.identity());
            }
        }
    }

    static boolean mayHaveContact(Kind kind) {
        return switch (kind) {
            case MESSAGE, STATUS, ECHO, CONTACT, PREFERENCE -> true;
            default -> false;
        };
    }
}
