package org.coexhub.sandbox.hubspot;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** A record of HubSpot: a contact, or a communication on a timeline. */
public final class CrmObject {

    private final String id;
    private final Instant created;
    private final Map<String, String> properties = new TreeMap<>();
    private Instant updated;

    CrmObject(String id, Instant created) {
        this.id = id;
        this.created = created;
        this.updated = created;
    }

    public String id() {
        return id;
    }

    public Instant created() {
        return created;
    }

    public synchronized Instant updated() {
        return updated;
    }

    /** Null where it has no value. */
    public synchronized String get(String property) {
        return properties.get(property);
    }

    public synchronized Map<String, String> properties() {
        return Map.copyOf(properties);
    }

    synchronized void set(Map<String, String> values, Instant now) {
        values.forEach(
                (name, value) -> {
                    if (value.isEmpty()) {
                        properties.remove(name);
                    } else {
                        properties.put(name, value);
                    }
                });
        updated = now;
    }
}
