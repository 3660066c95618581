package org.coexhub.connector.salesforce.map;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.Map;

/**
 * One object of the org and where its fields come from.
 *
 * @param object API name
 * @param key the external id by which a record is found again; null where records are only created
 * @param fields by API name, in the order of the file
 * @param <V> the values there are
 */
public record FieldMap<V extends MappedValue>(
        String object, String key, Map<String, Source<V>> fields) {

    /**
     * Either a value of the hub or a text that is always the same.
     *
     * @param line in the mapping file
     */
    public record Source<V extends MappedValue>(V value, String constant, int line) {}

    /** A record with what is known; fields of unknown values are left as the org has them. */
    public ObjectNode record(Map<V, String> values, Map<String, Integer> lengths) {
        ObjectNode record = JsonNodeFactory.instance.objectNode();
        record.putObject("attributes").put("type", object);
        fields.forEach(
                (field, source) -> {
                    String text =
                            source.constant != null ? source.constant : values.get(source.value);
                    if (text == null) {
                        return;
                    }
                    if (source.constant == null && source.value.form() == MappedValue.Form.NUMBER) {
                        record.put(field, Long.parseLong(text));
                    } else {
                        record.put(field, within(text, lengths.get(object + "." + field)));
                    }
                });
        return record;
    }

    private static String within(String text, Integer length) {
        if (length == null || length <= 0 || text.length() <= length) {
            return text;
        }
        boolean halfPair = Character.isHighSurrogate(text.charAt(length - 1));
        return text.substring(0, halfPair ? length - 1 : length);
    }
}
