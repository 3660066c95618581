package org.coexhub.connector.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.apache.camel.Body;
import org.coexhub.connector.salesforce.client.SalesforceClient;
import org.coexhub.connector.salesforce.client.SalesforceFault;
import org.coexhub.connector.salesforce.map.FieldMap;
import org.coexhub.connector.salesforce.map.MessageBatch;
import org.coexhub.connector.salesforce.map.MessageDraft;
import org.coexhub.connector.salesforce.map.MessageValue;
import org.coexhub.connector.salesforce.people.People;
import org.coexhub.delivery.failure.DeliveryFailedException;
import org.springframework.stereotype.Component;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * Imported messages as jobs of Bulk API 2.0: some six calls for thousands of messages, and no message of today waits
 * behind them. A job is an upsert by wamid, so one whose outcome got lost is made again. It creates nobody: of old
 * messages a customer need not become a Lead, and when they write again they do.
 */
@Component("salesforceHistory")
public class SalesforceHistory {

    private static final Duration FIRST_LOOK = Duration.ofMillis(500);
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(15);
    private static final Duration GIVE_UP = Duration.ofMinutes(15);
    private static final Duration TICK = Duration.ofMillis(100);
    private static final String JOBS = "/jobs/ingest";

    private final SalesforceClient client;
    private final SalesforceMapping mapping;
    private final People people;

    SalesforceHistory(SalesforceClient client, SalesforceMapping mapping, People people) {
        this.client = client;
        this.mapping = mapping;
        this.people = people;
    }

    /** Who the customers are, as far as the org knows. */
    public void findPeople(@Body MessageBatch batch) {
        SalesforceMessages.link(batch, people, mapping, false);
    }

    /** Step of the route {@code salesforce-history}; returns when the job is done. */
    public void load(@Body MessageBatch batch) {
        List<MessageDraft> drafts = List.copyOf(batch.drafts());
        if (drafts.isEmpty()) {
            return;
        }
        FieldMap<MessageValue> map = mapping.file().message();
        ObjectNode order =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("object", map.object())
                        .put("externalIdFieldName", map.key())
                        .put("contentType", "CSV")
                        .put("operation", "upsert")
                        .put("lineEnding", "LF");
        String id = client.post("bulk-create", JOBS, order).path("id").asText();
        String job = JOBS + "/" + id;
        client.putCsv("bulk-upload", job + "/batches", csv(map, drafts));
        client.patch(
                "bulk-close",
                job,
                JsonNodeFactory.instance.objectNode().put("state", "UploadComplete"));
        JsonNode done = await(job);
        String state = done.path("state").asText();
        if (!state.equals("JobComplete")) {
            // The job as a whole, so none of its records is to blame.
            throw DeliveryFailedException.passing(
                    "Salesforce: bulk job "
                            + state
                            + " ("
                            + firstWord(done.path("errorMessage").asText())
                            + ")",
                    null,
                    Duration.ofMinutes(1));
        }
        int failed = done.path("numberRecordsFailed").asInt();
        if (failed > 0 && readFailures(batch, job, map.key(), drafts) < failed) {
            // Which others were refused is not told; what was written is written over itself.
            throw DeliveryFailedException.passing(
                    "Salesforce: a bulk job names fewer failures than it counts",
                    null,
                    Duration.ofMinutes(1));
        }
    }

    private String csv(FieldMap<MessageValue> map, List<MessageDraft> drafts) {
        Map<String, Integer> lengths = mapping.check().lengths();
        List<ObjectNode> records =
                drafts.stream()
                        .map(d -> map.record(d.values(), lengths).put(map.key(), d.key()))
                        .toList();
        Set<String> columns = new LinkedHashSet<>();
        records.forEach(record -> record.fieldNames().forEachRemaining(columns::add));
        columns.remove("attributes");
        var csv = new StringBuilder(BulkCsv.line(List.copyOf(columns)));
        for (ObjectNode record : records) {
            var values = new ArrayList<String>();
            columns.forEach(column -> values.add(record.path(column).asText("")));
            csv.append(BulkCsv.line(values));
        }
        return csv.toString();
    }

    private JsonNode await(String job) {
        long begin = System.nanoTime();
        Duration look = FIRST_LOOK;
        while (System.nanoTime() - begin < GIVE_UP.toNanos()) {
            pause(look);
            JsonNode standing = client.get("bulk-look", job);
            String state = standing.path("state").asText();
            if (List.of("JobComplete", "Failed", "Aborted").contains(state)) {
                return standing;
            }
            look = look.multipliedBy(2);
            look = look.compareTo(LONGEST_LOOK) > 0 ? LONGEST_LOOK : look;
        }
        throw DeliveryFailedException.passing(
                "Salesforce: a bulk job is not done after " + GIVE_UP.toMinutes() + " minutes",
                null,
                null);
    }

    private void pause(Duration look) {
        long end = System.nanoTime() + look.toNanos();
        while (System.nanoTime() - end < 0) {
            if (client.stopping()) {
                throw DeliveryFailedException.passing("the hub is stopping", null, null);
            }
            LockSupport.parkNanos(TICK.toNanos());
        }
    }

    /** @return how many */
    private int readFailures(
            MessageBatch batch, String job, String key, List<MessageDraft> drafts) {
        var gone = new ArrayList<String>();
        int known = 0;
        var byKey = new HashMap<String, MessageDraft>();
        drafts.forEach(draft -> byKey.put(draft.key(), draft));
        for (Map<String, String> row :
                BulkCsv.rows(client.getCsv("bulk-failures", job + "/failedResults/"))) {
            MessageDraft draft = byKey.get(row.get(key));
            if (draft != null) {
                // CODE:message:fields --
                String code = firstWord(row.getOrDefault("sf__Error", "UNKNOWN"));
                SalesforceMessages.refused(
                        batch, draft, new SalesforceFault(null, code, "bulk"), gone);
                known++;
            }
        }
        if (!gone.isEmpty()) {
            people.forget(gone);
        }
        return known;
    }

    private static String firstWord(String error) {
        return error.split("[: ]", 2)[0];
    }
}
