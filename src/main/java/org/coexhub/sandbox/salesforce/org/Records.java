package org.coexhub.sandbox.salesforce.org;

import org.coexhub.sandbox.salesforce.describe.FieldDescription;
import org.coexhub.sandbox.salesforce.describe.ObjectDescription;
import org.coexhub.sandbox.salesforce.describe.OrgSchema;

import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** All records of the org and what saving one means. Not thread-safe; the org holds the lock. */
final class Records implements RecordForm.References {
    private final OrgSchema schema;
    private final InstantSource clock;
    private final SalesforceId ids = new SalesforceId();
    private final Map<String, Table> tables = new HashMap<>();
    private final RecordForm form = new RecordForm(this);
    private final PersonAccounts persons = new PersonAccounts(this);
    private final Deque<Runnable> undo = new ArrayDeque<>();
    private int transactions;
    private int cases;

    Records(OrgSchema schema, InstantSource clock) {
        this.schema = schema;
        this.clock = clock;
        for (ObjectDescription object : schema.objects()) {
            if (!object.event()) {
                tables.put(object.name(), new Table(object));
            }
        }
    }

    Collection<Map<String, Object>> all(ObjectDescription object) {
        return tables.get(object.name()).rows();
    }

    Optional<Map<String, Object>> find(ObjectDescription object, String id) {
        String full = SalesforceId.full(id);
        return Optional.ofNullable(full == null ? null : tables.get(object.name()).row(full));
    }

    List<String> find(ObjectDescription object, FieldDescription externalId, Object value) {
        return tables.get(object.name()).find(externalId, value);
    }

    String insert(ObjectDescription object, Map<String, ?> input) {
        Map<String, Object> given = form.read(object, input, true);
        Map<String, Object> row = new LinkedHashMap<>();
        String id = ids.next(object.prefix());
        row.put("Id", id);
        row.put("OwnerId", SimulatedOrg.USER_ID);
        row.put("IsDeleted", false);
        defaults(object, row);
        given.forEach(
                (name, value) -> {
                    if (value != null) {
                        row.put(name, value);
                    }
                });
        String[] missing =
                object.fields().stream()
                        .filter(field -> field.required() && row.get(field.name()) == null)
                        .map(FieldDescription::name)
                        .toArray(String[]::new);
        if (missing.length > 0) {
            throw RecordForm.missing(missing);
        }
        persons.complete(object, row);
        checkUnique(object, id, row);
        String now = RecordForm.timestamp(clock.instant());
        row.put("CreatedDate", now);
        row.put("CreatedById", SimulatedOrg.USER_ID);
        stamp(row, now);
        put(object, id, row);
        persons.follow(object, row);
        return id;
    }

    void update(ObjectDescription object, String id, Map<String, ?> input) {
        Map<String, Object> before =
                find(object, id)
                        .orElseThrow(
                                () ->
                                        new SaveRefusedException(
                                                "ENTITY_IS_DELETED", "entity is deleted"));
        String full = (String) before.get("Id");
        Map<String, Object> row = new LinkedHashMap<>(before);
        form.read(object, input, false)
                .forEach(
                        (name, value) -> {
                            if (value == null) {
                                row.remove(name);
                            } else {
                                row.put(name, value);
                            }
                        });
        persons.complete(object, row);
        checkUnique(object, full, row);
        stamp(row, RecordForm.timestamp(clock.instant()));
        put(object, full, row);
        persons.follow(object, row);
    }

    void delete(ObjectDescription object, String id) {
        put(object, SalesforceId.full(id), null);
    }

    /** For fields that no caller may set. */
    void set(ObjectDescription object, String id, String field, Object value) {
        Map<String, Object> row = new LinkedHashMap<>(tables.get(object.name()).row(id));
        row.put(field, value);
        put(object, id, row);
    }

    ObjectDescription object(String name) {
        return schema.object(name)
                .orElseThrow(
                        () ->
                                new SaveRefusedException(
                                        "INVALID_TYPE",
                                        "sObject type '" + name + "' is not supported."));
    }

    /** Runs work and takes back all it saved if its result is not to be kept, or if it fails. */
    <T> T atomically(Supplier<T> work, Predicate<T> keep) {
        int before = undo.size();
        transactions++;
        boolean kept = false;
        try {
            T result = work.get();
            kept = keep.test(result);
            return result;
        } finally {
            while (!kept && undo.size() > before) {
                undo.removeLast().run();
            }
            if (--transactions == 0) {
                undo.clear();
            }
        }
    }

    @Override
    public String byExternalId(FieldDescription reference, Map<?, ?> named) {
        for (String target : reference.referenceTo()) {
            ObjectDescription object = schema.object(target).orElse(null);
            for (Map.Entry<?, ?> entry : named.entrySet()) {
                FieldDescription key =
                        object == null
                                ? null
                                : object.field(String.valueOf(entry.getKey())).orElse(null);
                if (key == null || !key.externalId()) {
                    continue;
                }
                List<String> found = find(object, key, entry.getValue());
                if (found.size() == 1) {
                    return found.get(0);
                }
                throw new SaveRefusedException(
                        "INVALID_FIELD",
                        "Foreign key external ID: "
                                + entry.getValue()
                                + " not found for field "
                                + key.name()
                                + " in entity "
                                + object.name());
            }
        }
        throw new SaveRefusedException(
                "INVALID_FIELD",
                "Cannot specify relationship "
                        + reference.relationshipName()
                        + " without an external ID field of its object");
    }

    @Override
    public boolean exists(FieldDescription reference, String id) {
        return reference.referenceTo().contains("User") && id.equals(SimulatedOrg.USER_ID)
                || reference.referenceTo().stream()
                        .flatMap(target -> schema.object(target).stream())
                        .anyMatch(object -> find(object, id).isPresent());
    }

    private void checkUnique(ObjectDescription object, String id, Map<String, Object> row) {
        Table table = tables.get(object.name());
        for (FieldDescription field : table.indexed()) {
            if (!field.unique()) {
                continue;
            }
            for (String other : table.find(field, row.get(field.name()))) {
                if (!other.equals(id)) {
                    throw new SaveRefusedException(
                            "DUPLICATE_VALUE",
                            "duplicate value found: "
                                    + field.name()
                                    + " duplicates value on record with id: "
                                    + other);
                }
            }
        }
    }

    private void defaults(ObjectDescription object, Map<String, Object> row) {
        switch (object.name()) {
            case "Lead" -> {
                row.put("Status", "Open - Not Contacted");
                row.put("IsConverted", false);
            }
            case "Task" -> {
                row.put("Status", "Not Started");
                row.put("Priority", "Normal");
            }
            case "Case" -> {
                row.put("Status", "New");
                row.put("CaseNumber", "%08d".formatted(1000 + ++cases));
            }
            case "Account", "Contact" -> row.put("IsPersonAccount", false);
            default -> row.put("Name", row.get("Id"));
        }
    }

    private static void stamp(Map<String, Object> row, String now) {
        row.put("LastModifiedDate", now);
        row.put("LastModifiedById", SimulatedOrg.USER_ID);
        row.put("SystemModstamp", now);
    }

    private void put(ObjectDescription object, String id, Map<String, Object> row) {
        Table table = tables.get(object.name());
        Map<String, Object> before = table.put(id, row);
        if (transactions > 0) {
            undo.addLast(() -> table.put(id, before));
        }
    }
}
