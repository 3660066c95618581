package org.coexhub.sandbox.salesforce.bulk;

import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.sandbox.salesforce.describe.FieldDescription;
import org.coexhub.sandbox.salesforce.describe.ObjectDescription;
import org.coexhub.sandbox.salesforce.org.SaveRefusedException;
import org.coexhub.sandbox.salesforce.org.Saves;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** Works off one job after its upload, 200 rows at a time, as Salesforce does. */
public final class JobWorker {
    private static final int CHUNK = 200;
    private static final Duration QUEUED = Duration.ofMillis(30);
    private static final String NULL = "#N/A";

    private final Saves saves;
    private final ObjectDescription object;
    private final IngestJob job;

    public JobWorker(Saves saves, ObjectDescription object, IngestJob job) {
        this.saves = saves;
        this.object = object;
        this.job = job;
    }

    public void work() {
        LockSupport.parkNanos(QUEUED.toNanos());
        if (!job.move(IngestJob.State.UPLOAD_COMPLETE, IngestJob.State.IN_PROGRESS)) {
            return;
        }
        for (String column : job.header()) {
            if (!known(column)) {
                job.fail("InvalidBatch : Field name not found : " + column);
                return;
            }
        }
        List<List<String>> rows = job.rows();
        for (int from = 0; from < rows.size(); from += CHUNK) {
            work(rows.subList(from, Math.min(rows.size(), from + CHUNK)));
        }
        job.move(IngestJob.State.IN_PROGRESS, IngestJob.State.JOB_COMPLETE);
    }

    private boolean known(String column) {
        int dot = column.indexOf('.');
        return dot < 0
                ? object.field(column).isPresent()
                : object.relationship(column.substring(0, dot)).isPresent();
    }

    private void work(List<List<String>> chunk) {
        Map<String, Integer> times = new HashMap<>();
        if (job.externalId() != null) {
            chunk.forEach(row -> times.merge(key(row), 1, Integer::sum));
        }
        for (List<String> row : chunk) {
            if (job.state() != IngestJob.State.IN_PROGRESS) {
                return; // aborted meanwhile
            }
            job.add(saved(row, times));
        }
    }

    private IngestJob.Done saved(List<String> row, Map<String, Integer> times) {
        try {
            if (row.size() != job.header().size()) {
                throw new SaveRefusedException(
                        "InvalidBatch", "The number of columns is not that of the header");
            }
            if (job.externalId() != null && times.get(key(row)) > 1) {
                throw new SaveRefusedException(
                        "DUPLICATE_VALUE",
                        "Duplicate external id specified: " + key(row),
                        job.externalId());
            }
            ObjectNode result = save(fields(row), row);
            boolean created = result.path("created").asBoolean(job.operation().equals("insert"));
            return new IngestJob.Done(row, result.path("id").asText(), created, null);
        } catch (SaveRefusedException refused) {
            String fields = String.join(" ", refused.fields());
            return new IngestJob.Done(
                    row,
                    null,
                    false,
                    refused.code() + ":" + refused.getMessage() + ":" + fields + "--");
        }
    }

    private ObjectNode save(Map<String, Object> fields, List<String> row) {
        return switch (job.operation()) {
            case "insert" -> saves.create(object.name(), fields);
            case "upsert" -> saves.upsert(object.name(), job.externalId(), key(row), fields);
            case "update" -> saves.update(object.name(), cell(row, "Id"), fields);
            default -> saves.delete(object.name(), cell(row, "Id"));
        };
    }

    /** Empty cells leave a field as it is, {@code #N/A} empties it, {@code Contact__r.WhatsApp_Id__c} refers to another record. */
    private Map<String, Object> fields(List<String> row) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < row.size(); i++) {
            String column = job.header().get(i);
            String cell = row.get(i);
            if (cell.isEmpty()) {
                continue;
            }
            int dot = column.indexOf('.');
            if (dot > 0) {
                fields.put(
                        column.substring(0, dot),
                        cell.equals(NULL) ? null : Map.of(column.substring(dot + 1), cell));
            } else {
                fields.put(column, cell.equals(NULL) ? null : typed(column, cell));
            }
        }
        return fields;
    }

    private Object typed(String column, String cell) {
        FieldDescription field = object.field(column).orElseThrow();
        return switch (field.type()) {
            case "boolean" -> Boolean.valueOf(cell);
            case "int", "double" -> Double.valueOf(cell);
            default -> cell;
        };
    }

    private String key(List<String> row) {
        return cell(row, job.externalId());
    }

    private String cell(List<String> row, String column) {
        for (int i = 0; i < row.size() && i < job.header().size(); i++) {
            if (job.header().get(i).equalsIgnoreCase(column)) {
                return row.get(i);
            }
        }
        return "";
    }
}
