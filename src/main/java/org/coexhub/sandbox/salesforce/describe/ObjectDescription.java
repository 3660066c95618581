package org.coexhub.sandbox.salesforce.describe;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** One sObject type of the org. Names are found in any letter case, as in Salesforce. */
public final class ObjectDescription {
    private final String name;
    private final String label;
    private final String prefix;
    private final boolean event;
    private final Map<String, FieldDescription> fields = new LinkedHashMap<>();
    private final Map<String, FieldDescription> relationships = new LinkedHashMap<>();

    ObjectDescription(
            String name,
            String label,
            String prefix,
            boolean event,
            Collection<FieldDescription> fields) {
        this.name = name;
        this.label = label;
        this.prefix = prefix;
        this.event = event;
        for (FieldDescription field : fields) {
            this.fields.put(key(field.name()), field);
            if (field.isReference()) {
                relationships.put(key(field.relationshipName()), field);
            }
        }
    }

    public String name() {
        return name;
    }

    public String label() {
        return label;
    }

    /** First three characters of the ids of its records. */
    public String prefix() {
        return prefix;
    }

    /** A platform event: it can be published, and has no records. */
    public boolean event() {
        return event;
    }

    public boolean custom() {
        return name.contains("__");
    }

    public Collection<FieldDescription> fields() {
        return fields.values();
    }

    public Optional<FieldDescription> field(String fieldName) {
        return Optional.ofNullable(fields.get(key(fieldName)));
    }

    /** The reference behind a relationship name such as {@code Contact__r}. */
    public Optional<FieldDescription> relationship(String relationshipName) {
        return Optional.ofNullable(relationships.get(key(relationshipName)));
    }

    static String key(String anyCase) {
        return anyCase.toLowerCase(Locale.ROOT);
    }
}
