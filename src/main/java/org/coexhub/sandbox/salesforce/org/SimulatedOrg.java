package org.coexhub.sandbox.salesforce.org;

import org.coexhub.sandbox.salesforce.describe.FieldDescription;
import org.coexhub.sandbox.salesforce.describe.ObjectDescription;
import org.coexhub.sandbox.salesforce.describe.OrgSchema;

import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The org behind the APIs: records, their rules and the event bus. Its methods do what an agent, a Flow or an administrator would do
 * in Salesforce itself; they meet no {@link Faults} and cost no API calls. Every method is atomic; what is refused throws {@link
 * SaveRefusedException}. A record is a map from field to value without the fields that are empty; dates are in Salesforce's own form.
 */
public final class SimulatedOrg {
    public static final String ID = SalesforceId.of("00D", 1);

    /** The integration user, whom every call of the APIs is made as. */
    public static final String USER_ID = SalesforceId.of("005", 1);

    /** A person at work in the org. */
    public static final String AGENT_ID = SalesforceId.of("005", 2);

    /** What an upsert did. */
    public record Upserted(String id, boolean created) {}

    private final OrgSchema schema = OrgSchema.load();
    private final Records records;
    private final EventBus bus;
    private final RecordForm eventForm;
    private volatile Runnable listener = () -> {};

    public SimulatedOrg(InstantSource clock) {
        records = new Records(schema, clock);
        bus = new EventBus(clock);
        eventForm = new RecordForm(records);
    }

    public OrgSchema schema() {
        return schema;
    }

    public EventBus bus() {
        return bus;
    }

    /** All records of an object, oldest first. */
    public synchronized List<Map<String, Object>> records(String type) {
        return records.all(recordType(type)).stream().map(SimulatedOrg::copy).toList();
    }

    /** The last records of an object, oldest first. */
    public synchronized List<Map<String, Object>> latest(String type, int atMost) {
        var all = records.all(recordType(type));
        return all.stream().skip(Math.max(0, all.size() - atMost)).map(SimulatedOrg::copy).toList();
    }

    public synchronized Optional<Map<String, Object>> record(String type, String id) {
        return records.find(recordType(type), id).map(SimulatedOrg::copy);
    }

    /** Records with this value in a field; quick for external ids. */
    public synchronized List<Map<String, Object>> find(String type, String field, Object value) {
        ObjectDescription object = recordType(type);
        FieldDescription described = field(object, field);
        if (described.externalId()) {
            return records.find(object, described, value).stream()
                    .map(id -> copy(records.find(object, id).orElseThrow()))
                    .toList();
        }
        return records.all(object).stream()
                .filter(row -> value.equals(row.get(described.name())))
                .map(SimulatedOrg::copy)
                .toList();
    }

    /** Returns the 18 character id. */
    public String create(String type, Map<String, ?> fields) {
        return changing(() -> records.insert(recordType(type), fields));
    }

    public void update(String type, String id, Map<String, ?> fields) {
        changing(
                () -> {
                    records.update(recordType(type), id, fields);
                    return id;
                });
    }

    public Upserted upsert(String type, String externalId, Object value, Map<String, ?> fields) {
        return changing(
                () -> {
                    ObjectDescription object = recordType(type);
                    FieldDescription key = field(object, externalId);
                    if (value == null || value.toString().isBlank()) {
                        throw new SaveRefusedException(
                                "MISSING_ARGUMENT", key.name() + " not specified");
                    }
                    List<String> found = records.find(object, key, value);
                    if (found.size() > 1) {
                        throw new SaveRefusedException(
                                "DUPLICATE_EXTERNAL_ID",
                                key.name()
                                        + ": more than one record found for external id field: "
                                        + found,
                                key.name());
                    }
                    Map<String, Object> all = new LinkedHashMap<>(fields);
                    all.keySet().removeIf(key.name()::equalsIgnoreCase);
                    if (found.size() == 1) {
                        records.update(object, found.get(0), all);
                        return new Upserted(found.get(0), false);
                    }
                    all.put(key.name(), value);
                    return new Upserted(records.insert(object, all), true);
                });
    }

    public void delete(String type, String id) {
        changing(
                () -> {
                    records.delete(recordType(type), id);
                    return id;
                });
    }

    /**
     * Publishes a platform event, as a Flow or Apex would in consequence of what an agent did.
     *
     * @param channel {@code WhatsApp_Send__e} or {@code /event/WhatsApp_Send__e}
     */
    public BusEvent publish(String channel, Map<String, ?> fields) {
        return publish(channel, fields, AGENT_ID);
    }

    /** @param by {@link #USER_ID} for what a call of the APIs publishes or sets off */
    public BusEvent publish(String channel, Map<String, ?> fields, String by) {
        ObjectDescription event = records.object(channel.replaceFirst("^/event/", ""));
        if (!event.event()) {
            throw new SaveRefusedException(
                    "INVALID_TYPE", event.name() + " is not a platform event");
        }
        BusEvent published;
        synchronized (this) {
            Map<String, Object> read = eventForm.read(event, fields, true);
            read.values().removeIf(Objects::isNull);
            published = bus.publish(event.name(), by, Map.copyOf(read));
        }
        listener.run();
        return published;
    }

    /** Runs work and takes back all it saved if its result is not to be kept, or if it fails. */
    public <T> T atomically(Supplier<T> work, Predicate<T> keep) {
        T result;
        synchronized (this) {
            result = records.atomically(work, keep);
        }
        listener.run();
        return result;
    }

    /** Called after every change, on the thread that made it. */
    public void onChange(Runnable newListener) {
        listener = newListener;
    }

    private <T> T changing(Supplier<T> work) {
        return atomically(work, done -> true);
    }

    private ObjectDescription recordType(String type) {
        ObjectDescription object = records.object(type);
        if (object.event()) {
            throw new SaveRefusedException("INVALID_TYPE", object.name() + " has no records");
        }
        return object;
    }

    private static FieldDescription field(ObjectDescription object, String name) {
        return object.field(name)
                .orElseThrow(
                        () ->
                                new SaveRefusedException(
                                        "INVALID_FIELD",
                                        "No such column '"
                                                + name
                                                + "' on sobject of type "
                                                + object.name()));
    }

    private static Map<String, Object> copy(Map<String, Object> row) {
        return new LinkedHashMap<>(row);
    }
}
