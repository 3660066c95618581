package org.coexhub.sandbox.hubspot;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;

/** All records of one type, and which properties they may have. */
final class ObjectType {

    private static final AtomicLong IDS = new AtomicLong(10_000);
    private static final Set<String> CHANNELS = Set.of("WHATS_APP", "LINKEDIN_MESSAGE", "SMS");
    private static final int LONGEST_BODY = 65_536;

    private final String name;
    private final InstantSource clock;
    private final Map<String, Boolean> uniqueByProperty = new TreeMap<>();
    private final Set<String> groups = new TreeSet<>();
    private final Map<String, CrmObject> byId = new LinkedHashMap<>();
    private final Set<String> refused = new TreeSet<>();

    ObjectType(String name, InstantSource clock, Collection<String> defaults) {
        this.name = name;
        this.clock = clock;
        defaults.forEach(property -> uniqueByProperty.put(property, false));
    }

    static ObjectType contacts(InstantSource clock) {
        var type =
                new ObjectType(
                        "contacts",
                        clock,
                        List.of(
                                "firstname",
                                "lastname",
                                "phone",
                                "mobilephone",
                                "hs_whatsapp_phone_number",
                                "company"));
        type.uniqueByProperty.put("email", true);
        type.groups.add("contactinformation");
        return type;
    }

    static ObjectType communications(InstantSource clock) {
        return new ObjectType(
                "communications",
                clock,
                List.of(
                        "hs_communication_channel_type",
                        "hs_communication_logged_from",
                        "hs_communication_body",
                        "hs_timestamp",
                        "hubspot_owner_id"));
    }

    Collection<CrmObject> all() {
        return List.copyOf(byId.values());
    }

    Map<String, Boolean> properties() {
        return Map.copyOf(uniqueByProperty);
    }

    void group(String group) {
        if (!groups.add(group)) {
            throw new HubSpotException(
                    409, "CONFLICT", "A group named '" + group + "' already exists.");
        }
    }

    void property(String property, String group, boolean unique) {
        if (!property.matches("[a-z][a-z0-9_]{0,99}")) {
            throw HubSpotException.invalid("Invalid property name: " + property);
        }
        if (!groups.contains(group)) {
            throw HubSpotException.invalid("Property group '" + group + "' doesn't exist.");
        }
        if (uniqueByProperty.putIfAbsent(property, unique) != null) {
            throw new HubSpotException(
                    409, "CONFLICT", "A property named '" + property + "' already exists.");
        }
    }

    /** A value that holds these words is not valid, as a rule of the account would have it. */
    void refuse(String words) {
        refused.add(words);
    }

    CrmObject byId(String id) {
        return byId.get(id);
    }

    void delete(String id) {
        byId.remove(id);
    }

    /** @throws HubSpotException the property is none whose values are unique */
    CrmObject by(String idProperty, String value) {
        if (idProperty == null || idProperty.isEmpty()) {
            return byId.get(value);
        }
        if (!uniqueByProperty.getOrDefault(idProperty, false)) {
            throw HubSpotException.invalid(
                    "Property '" + idProperty + "' is not a unique identifier property");
        }
        return byId.values().stream()
                .filter(object -> value.equals(object.get(idProperty)))
                .findFirst()
                .orElse(null);
    }

    CrmObject create(Map<String, String> values) {
        check(values, null);
        var object = new CrmObject(Long.toString(IDS.incrementAndGet()), clock.instant());
        object.set(values, clock.instant());
        byId.put(object.id(), object);
        return object;
    }

    void update(CrmObject object, Map<String, String> values) {
        check(values, object);
        object.set(values, clock.instant());
    }

    /**
     * @param of the record that gets the values, or null for a new one
     * @throws HubSpotException it cannot have them
     */
    void check(Map<String, String> values, CrmObject of) {
        if (of == null && name.equals("communications")) {
            complete(values);
        }
        values.forEach(
                (property, value) -> {
                    if (!uniqueByProperty.containsKey(property)) {
                        throw notValid(property, "PROPERTY_DOESNT_EXIST");
                    }
                    if (uniqueByProperty.get(property) && !value.isEmpty()) {
                        CrmObject other = by(property, value);
                        if (other != null && other != of) {
                            throw new HubSpotException(
                                    409,
                                    "CONFLICT",
                                    name.equals("contacts")
                                            ? "Contact already exists. Existing ID: " + other.id()
                                            : property + ": already has that value");
                        }
                    }
                    value(property, value);
                    if (refused.stream().anyMatch(value::contains)) {
                        throw notValid(property, "INVALID");
                    }
                });
    }

    private static void value(String property, String value) {
        boolean right =
                switch (property) {
                    case "hs_communication_channel_type" -> CHANNELS.contains(value);
                    case "hs_communication_logged_from" -> value.equals("CRM");
                    case "hs_communication_body" -> value.length() <= LONGEST_BODY;
                    case "hs_timestamp" -> isTime(value);
                    default -> true;
                };
        if (!right) {
            throw notValid(property, "INVALID_OPTION");
        }
    }

    private static void complete(Map<String, String> values) {
        for (String property :
                List.of(
                        "hs_communication_channel_type",
                        "hs_communication_logged_from",
                        "hs_timestamp")) {
            if (!values.containsKey(property)) {
                throw notValid(property, "REQUIRED_FIELD");
            }
        }
    }

    private static HubSpotException notValid(String property, String error) {
        return HubSpotException.invalid(
                "Property values were not valid: [{\"isValid\":false,\"error\":\""
                        + error
                        + "\",\"name\":\""
                        + property
                        + "\"}]");
    }

    private static boolean isTime(String value) {
        try {
            if (value.matches("[0-9]{10,13}")) {
                return true;
            }
            Instant.parse(value);
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }
}
