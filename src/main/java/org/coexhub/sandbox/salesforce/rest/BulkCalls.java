package org.coexhub.sandbox.salesforce.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.sandbox.salesforce.bulk.IngestJob;
import org.coexhub.sandbox.salesforce.bulk.JobWorker;
import org.coexhub.sandbox.salesforce.describe.FieldDescription;
import org.coexhub.sandbox.salesforce.describe.ObjectDescription;
import org.coexhub.sandbox.salesforce.org.Saves;
import org.coexhub.sandbox.salesforce.org.SimulatedOrg;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** {@code /jobs/ingest}: create, upload, close, look, fetch results. */
public final class BulkCalls {
    private static final Set<String> OPERATIONS =
            Set.of("insert", "update", "upsert", "delete", "hardDelete");

    private final SimulatedOrg org;
    private final Saves saves;
    private final InstantSource clock;
    private final AtomicInteger last = new AtomicInteger();
    private final Map<String, IngestJob> jobs = Collections.synchronizedMap(new LinkedHashMap<>());

    public BulkCalls(SimulatedOrg org, Saves saves, InstantSource clock) {
        this.org = org;
        this.saves = saves;
        this.clock = clock;
    }

    /** The path begins with {@code jobs}. */
    public RestAnswer handle(RestCall call, String version) {
        if (!call.segment(1).equals("ingest")) {
            throw RestException.notFound();
        }
        if (call.is("POST", 2)) {
            return create(call.jsonBody(), version);
        }
        if (call.is("GET", 2)) {
            return list();
        }
        IngestJob job = jobs.get(call.segment(2));
        if (job == null) {
            throw RestException.notFound();
        }
        return switch (call.method() + " " + call.segment(3)) {
            case "GET " -> RestAnswer.json(200, job.info());
            case "PATCH " -> close(job, call.jsonBody().path("state").asText());
            case "DELETE " -> {
                jobs.remove(job.id());
                yield RestAnswer.none(204);
            }
            case "PUT batches" -> upload(job, call);
            case "GET successfulResults" -> RestAnswer.csv(job.successful());
            case "GET failedResults" -> RestAnswer.csv(job.failed());
            case "GET unprocessedrecords" -> RestAnswer.csv(job.unprocessed());
            default -> throw RestException.notFound();
        };
    }

    private RestAnswer create(JsonNode wanted, String version) {
        ObjectDescription object =
                org.schema()
                        .object(wanted.path("object").asText())
                        .filter(found -> !found.event())
                        .orElseThrow(
                                () ->
                                        invalid(
                                                "INVALIDENTITY",
                                                "Unable to find object: "
                                                        + wanted.path("object").asText()));
        String operation = wanted.path("operation").asText();
        if (!OPERATIONS.contains(operation)) {
            throw invalid("INVALIDJOB", "Operation " + operation + " is not supported");
        }
        String externalId = wanted.path("externalIdFieldName").asText(null);
        if (operation.equals("upsert")) {
            if (externalId == null) {
                throw invalid("INVALIDJOB", "ExternalIdFieldName is required for upsert");
            }
            object.field(externalId)
                    .filter(FieldDescription::externalId)
                    .orElseThrow(
                            () ->
                                    invalid(
                                            "INVALIDJOB",
                                            "InvalidJob : Field name provided, "
                                                    + externalId
                                                    + " does not match an External ID, Salesforce"
                                                    + " Id, or indexed field for "
                                                    + object.name()));
        }
        IngestJob job =
                new IngestJob(
                        "750Hb%010dAAA".formatted(last.incrementAndGet()),
                        object.name(),
                        operation,
                        operation.equals("upsert") ? externalId : null,
                        wanted.path("lineEnding").asText("LF"),
                        wanted.path("columnDelimiter").asText("COMMA"),
                        version,
                        clock.instant().toString().replace("Z", "+0000"));
        jobs.put(job.id(), job);
        return RestAnswer.json(200, job.created());
    }

    private RestAnswer upload(IngestJob job, RestCall call) {
        if (!job.upload(new String(call.body(), StandardCharsets.UTF_8))) {
            throw invalid(
                    "INVALIDJOBSTATE",
                    "Found multiple contents for job: <"
                            + job.id()
                            + ">, please 'Close' / 'Abort' / 'Delete' the current Job then create a"
                            + " new Job and make sure you only do 'PUT' once on a given Job.");
        }
        return RestAnswer.none(201).records(job.rows().size());
    }

    private RestAnswer close(IngestJob job, String state) {
        boolean moved =
                switch (state) {
                    case "UploadComplete" ->
                            job.move(IngestJob.State.OPEN, IngestJob.State.UPLOAD_COMPLETE);
                    case "Aborted" ->
                            job.move(IngestJob.State.OPEN, IngestJob.State.ABORTED)
                                    || job.move(
                                            IngestJob.State.UPLOAD_COMPLETE,
                                            IngestJob.State.ABORTED)
                                    || job.move(
                                            IngestJob.State.IN_PROGRESS, IngestJob.State.ABORTED);
                    default -> throw invalid("INVALIDJOB", "Invalid state: " + state);
                };
        if (!moved) {
            throw invalid("INVALIDJOBSTATE", "The job can no longer become " + state);
        }
        RestAnswer answer = RestAnswer.json(200, job.created());
        if (state.equals("UploadComplete")) {
            ObjectDescription object = org.schema().object(job.object()).orElseThrow();
            Thread.ofVirtual()
                    .name("sandbox-bulk")
                    .start(() -> new JobWorker(saves, object, job).work());
        }
        return answer;
    }

    private RestAnswer list() {
        ObjectNode answer = JsonNodeFactory.instance.objectNode().put("done", true);
        ArrayNode records = answer.putArray("records");
        synchronized (jobs) {
            jobs.values().forEach(job -> records.add(job.created()));
        }
        answer.putNull("nextRecordsUrl");
        return RestAnswer.json(200, answer);
    }

    private static RestException invalid(String code, String message) {
        return new RestException(400, code, message);
    }
}
