package org.coexhub.sandbox.salesforce.bulk;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.sandbox.salesforce.org.SimulatedOrg;

import java.util.ArrayList;
import java.util.List;

/** One ingest job: what is to be done with the rows, how far it is, and what became of each row. Every method is atomic. */
public final class IngestJob {
    public enum State {
        OPEN("Open"),
        UPLOAD_COMPLETE("UploadComplete"),
        IN_PROGRESS("InProgress"),
        JOB_COMPLETE("JobComplete"),
        FAILED("Failed"),
        ABORTED("Aborted");

        private final String shown;

        State(String shown) {
            this.shown = shown;
        }
    }

    /** A row with its result: the id and whether it was created, or the error. */
    record Done(List<String> row, String id, boolean created, String error) {}

    private final String id;
    private final String object;
    private final String operation;
    private final String externalId;
    private final char delimiter;
    private final ObjectNode view = JsonNodeFactory.instance.objectNode();
    private final List<Done> done = new ArrayList<>();
    private State state = State.OPEN;
    private List<String> header = List.of();
    private List<List<String>> rows = List.of();
    private boolean uploaded;
    private String failure;

    public IngestJob(
            String id,
            String object,
            String operation,
            String externalId,
            String lineEnding,
            String delimiterName,
            String version,
            String createdDate) {
        this.id = id;
        this.object = object;
        this.operation = operation;
        this.externalId = externalId;
        this.delimiter =
                switch (delimiterName) {
                    case "SEMICOLON" -> ';';
                    case "TAB" -> '\t';
                    case "PIPE" -> '|';
                    case "CARET" -> '^';
                    case "BACKQUOTE" -> '`';
                    default -> ',';
                };
        view.put("id", id)
                .put("operation", operation)
                .put("object", object)
                .put("createdById", SimulatedOrg.USER_ID)
                .put("createdDate", createdDate)
                .put("systemModstamp", createdDate)
                .put("concurrencyMode", "Parallel")
                .put("contentType", "CSV")
                .put("apiVersion", Double.parseDouble(version.substring(1)))
                .put("contentUrl", "services/data/" + version + "/jobs/ingest/" + id + "/batches")
                .put("lineEnding", lineEnding)
                .put("columnDelimiter", delimiterName);
        if (externalId != null) {
            view.put("externalIdFieldName", externalId);
        }
    }

    public String id() {
        return id;
    }

    public String object() {
        return object;
    }

    String operation() {
        return operation;
    }

    String externalId() {
        return externalId;
    }

    /** Takes the rows; false if the job no longer or already has some. */
    public synchronized boolean upload(String csv) {
        if (state != State.OPEN || uploaded) {
            return false;
        }
        uploaded = true;
        List<List<String>> read = IngestCsv.read(csv, delimiter);
        header = read.isEmpty() ? List.of() : read.get(0);
        rows = read.isEmpty() ? List.of() : read.subList(1, read.size());
        return true;
    }

    /** False if the job is not in the state that this step begins from. */
    public synchronized boolean move(State expected, State next) {
        if (state != expected) {
            return false;
        }
        state = next;
        return true;
    }

    synchronized void fail(String message) {
        state = State.FAILED;
        failure = message;
    }

    synchronized State state() {
        return state;
    }

    synchronized List<String> header() {
        return header;
    }

    public synchronized List<List<String>> rows() {
        return rows;
    }

    synchronized void add(Done result) {
        done.add(result);
    }

    public synchronized ObjectNode created() {
        return view.deepCopy().put("state", state.shown);
    }

    public synchronized ObjectNode info() {
        long failed = done.stream().filter(result -> result.error() != null).count();
        ObjectNode info = created();
        info.put("jobType", "V2Ingest")
                .put("numberRecordsProcessed", done.size())
                .put("numberRecordsFailed", failed)
                .put("retries", 0)
                .put("totalProcessingTime", done.size())
                .put("apiActiveProcessingTime", done.size())
                .put("apexProcessingTime", 0);
        if (failure != null) {
            info.put("errorMessage", failure);
        }
        return info;
    }

    public synchronized String successful() {
        StringBuilder csv = new StringBuilder(line("sf__Id", "sf__Created", header));
        done.stream()
                .filter(result -> result.error() == null)
                .forEach(
                        result ->
                                csv.append(
                                        line(
                                                result.id(),
                                                String.valueOf(result.created()),
                                                result.row())));
        return csv.toString();
    }

    public synchronized String failed() {
        StringBuilder csv = new StringBuilder(line("sf__Id", "sf__Error", header));
        done.stream()
                .filter(result -> result.error() != null)
                .forEach(result -> csv.append(line("", result.error(), result.row())));
        return csv.toString();
    }

    public synchronized String unprocessed() {
        StringBuilder csv = new StringBuilder(IngestCsv.line(header, delimiter));
        rows.stream().skip(done.size()).forEach(row -> csv.append(IngestCsv.line(row, delimiter)));
        return csv.toString();
    }

    private String line(String first, String second, List<String> rest) {
        List<String> cells = new ArrayList<>(List.of(first, second));
        cells.addAll(rest);
        return IngestCsv.line(cells, delimiter);
    }
}
