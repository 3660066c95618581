package org.coexhub.sandbox.hubspot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** {@code /search}: groups of filters, and an index that learns of a record some seconds after it was written. */
final class SearchCalls {

    private static final int LONGEST = 3000;
    private static final int MOST_GROUPS = 5;
    private static final List<String> CODES =
            List.of("1", "7", "34", "44", "49", "52", "55", "353");

    private volatile Duration lag = Duration.ofSeconds(5);

    void lag(Duration newLag) {
        lag = newLag;
    }

    ObjectNode search(
            ObjectType type, JsonNode request, int length, Instant now, BatchCalls batches) {
        if (length > LONGEST) {
            throw HubSpotException.invalid("The request body exceeds " + LONGEST + " characters");
        }
        JsonNode groups = request.path("filterGroups");
        if (groups.size() > MOST_GROUPS) {
            throw HubSpotException.invalid("filterGroups: at most " + MOST_GROUPS + " are allowed");
        }
        ObjectNode reply = JsonNodeFactory.instance.objectNode();
        var results = reply.putArray("results");
        for (CrmObject object : type.all()) {
            boolean indexed = !object.updated().plus(lag).isAfter(now);
            if (indexed && matchesAny(object, groups)) {
                results.add(batches.json(object));
            }
        }
        return reply.put("total", results.size());
    }

    private static boolean matchesAny(CrmObject object, JsonNode groups) {
        for (JsonNode group : groups) {
            boolean all = true;
            for (JsonNode filter : group.path("filters")) {
                all &= matches(object, filter);
            }
            if (all) {
                return true;
            }
        }
        return groups.isEmpty();
    }

    private static boolean matches(CrmObject object, JsonNode filter) {
        String value = value(object, filter.path("propertyName").asText());
        return switch (filter.path("operator").asText()) {
            case "EQ" -> filter.path("value").asText().equalsIgnoreCase(value);
            case "HAS_PROPERTY" -> value != null;
            case "IN" -> {
                boolean in = false;
                for (JsonNode one : filter.path("values")) {
                    in |= one.asText().equalsIgnoreCase(value);
                }
                yield in;
            }
            default ->
                    throw HubSpotException.invalid("operator: " + filter.path("operator").asText());
        };
    }

    private static String value(CrmObject object, String property) {
        return switch (property) {
            case "hs_searchable_calculated_phone_number" -> local(object.get("phone"));
            case "hs_searchable_calculated_mobile_number" -> local(object.get("mobilephone"));
            default -> object.get(property);
        };
    }

    /** Area code and local number, as HubSpot standardises what people typed. */
    private static String local(String typed) {
        if (typed == null) {
            return null;
        }
        String digits = typed.replaceAll("[^0-9]", "");
        if (typed.strip().startsWith("+")) {
            for (String code : CODES) {
                if (digits.startsWith(code)) {
                    return digits.substring(code.length());
                }
            }
        }
        return digits.replaceFirst("^0+", "");
    }
}
