package org.coexhub.sandbox.salesforce.org;

import org.coexhub.sandbox.salesforce.describe.FieldDescription;
import org.coexhub.sandbox.salesforce.describe.ObjectDescription;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The records of one object, with an index on its external ids. Not thread-safe; the org holds the lock. */
final class Table {
    private final Map<String, Map<String, Object>> rows = new LinkedHashMap<>();
    private final Map<FieldDescription, Map<String, Set<String>>> indexes = new LinkedHashMap<>();

    Table(ObjectDescription object) {
        for (FieldDescription field : object.fields()) {
            if (field.externalId() || field.unique()) {
                indexes.put(field, new HashMap<>());
            }
        }
    }

    Collection<Map<String, Object>> rows() {
        return rows.values();
    }

    Map<String, Object> row(String id) {
        return rows.get(id);
    }

    /** Ids of the records with this value, by the index. */
    List<String> find(FieldDescription field, Object value) {
        Map<String, Set<String>> index = indexes.get(field);
        if (index == null) {
            throw new IllegalArgumentException(field.name() + " is not an external id");
        }
        return value == null
                ? List.of()
                : List.copyOf(index.getOrDefault(key(field, value), Set.of()));
    }

    Set<FieldDescription> indexed() {
        return indexes.keySet();
    }

    /** Stores, replaces or (with null) removes a record; returns what was there before. */
    Map<String, Object> put(String id, Map<String, Object> row) {
        Map<String, Object> before = row == null ? rows.remove(id) : rows.put(id, row);
        indexes.forEach(
                (field, index) -> {
                    if (before != null && before.get(field.name()) != null) {
                        index.get(key(field, before.get(field.name()))).remove(id);
                    }
                    if (row != null && row.get(field.name()) != null) {
                        index.computeIfAbsent(
                                        key(field, row.get(field.name())),
                                        k -> new LinkedHashSet<>())
                                .add(id);
                    }
                });
        return before;
    }

    private static String key(FieldDescription field, Object value) {
        String text = String.valueOf(value);
        return field.caseSensitive() ? text : text.toLowerCase(Locale.ROOT);
    }
}
