package org.coexhub.connector.salesforce.map;

import org.coexhub.event.EventData;
import org.coexhub.event.MessageContent;
import org.coexhub.event.MessageContent.Location;

import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Puts a message into words for a reader in the CRM: its own, or what it was where it has none. */
final class Words {

    private Words() {}

    static String of(MessageContent content) {
        if (content.text() != null) {
            return content.text();
        }
        if (content.reaction() != null) {
            return content.reaction().emoji();
        }
        if (content.location() != null) {
            Location place = content.location();
            return Stream.of(place.name(), place.address(), place.latitude(), place.longitude())
                    .filter(Objects::nonNull)
                    .map(Object::toString)
                    .collect(Collectors.joining(", "));
        }
        if (content.contacts() != null && content.contacts().isArray()) {
            return content.contacts()
                    .valueStream()
                    .map(card -> card.path("name").path("formatted_name").asText())
                    .collect(Collectors.joining(", "));
        }
        return content.media() == null ? null : content.media().filename();
    }

    static String of(EventData.CommandMessage message) {
        return message.text() != null || message.template() == null
                ? message.text()
                : "Template %s (%s)"
                        .formatted(message.template().name(), message.template().language());
    }
}
