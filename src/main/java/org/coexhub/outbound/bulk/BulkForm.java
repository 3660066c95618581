package org.coexhub.outbound.bulk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.event.PhoneNumberId;
import org.coexhub.outbound.command.CommandRefusedException;
import org.coexhub.outbound.command.SendCommand;
import org.coexhub.outbound.command.Violation;
import org.coexhub.outbound.command.intake.CommandIntake;
import org.coexhub.outbound.command.validation.CommandForm;
import org.coexhub.outbound.command.validation.CommandJson;
import org.coexhub.outbound.command.validation.StorableTime;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a request to send to many: one JSON document, or lines of JSON of which the first holds everything but the
 * recipients. Each row is checked as the command it will become.
 */
final class BulkForm {

    static final int MOST_ROWS = 100_000;

    private static final int MOST_FAULTS_TOLD = 100;
    private static final Set<String> MEMBERS = Set.of("message", "recipients", "strict");
    private static final String SEND_AT = "sendAt";

    private final List<Violation> faults = new ArrayList<>();
    private final List<BulkOrder.Row> rows = new ArrayList<>();
    private final List<Violation> rowFaults = new ArrayList<>();
    private final StringBuilder asked = new StringBuilder();
    private ObjectNode message;
    private Instant beginsAt;

    private BulkForm() {}

    /** @throws CommandRefusedException the request is faulty; or a row is, where all or none was asked for */
    static BulkOrder readJson(byte[] json) {
        ObjectNode document = CommandJson.read(json);
        var form = new BulkForm();
        form.head(document);
        JsonNode recipients = document.path("recipients");
        if (!recipients.isArray() || recipients.isEmpty()) {
            form.faults.add(
                    new Violation("/recipients", "must be an array of at least one recipient"));
        }
        form.stopAtFaults();
        recipients.forEach(form::row);
        return form.order(document);
    }

    /** @throws CommandRefusedException as {@link #readJson} */
    static BulkOrder readLines(byte[] ndjson) {
        List<String> lines = new String(ndjson, StandardCharsets.UTF_8).lines().toList();
        if (lines.isEmpty()) {
            throw CommandRefusedException.malformed(
                    List.of(new Violation("", "is empty; the first line holds the message")));
        }
        ObjectNode document = CommandJson.read(lines.getFirst().getBytes(StandardCharsets.UTF_8));
        var form = new BulkForm();
        form.head(document);
        if (document.has("recipients")) {
            form.faults.add(new Violation("/recipients", "stand in the lines after the first"));
        }
        form.stopAtFaults();
        lines.stream().skip(1).filter(line -> !line.isBlank()).forEach(form::line);
        if (form.rows.isEmpty()) {
            form.faults.add(
                    new Violation("", "names no recipient; each has a line after the first"));
        }
        form.stopAtFaults();
        return form.order(document);
    }

    private void head(ObjectNode document) {
        document.fieldNames()
                .forEachRemaining(
                        name -> {
                            if (!MEMBERS.contains(name)) {
                                faults.add(new Violation("/" + name, "is not a member of a bulk"));
                            }
                        });
        if (document.has("strict") && !document.get("strict").isBoolean()) {
            faults.add(new Violation("/strict", "must be true or false"));
        }
        if (document.get("message") instanceof ObjectNode given) {
            message = given.deepCopy();
            header();
        } else {
            faults.add(new Violation("/message", "is required: the command without its recipient"));
        }
        asked.append(CommandJson.hash(document));
    }

    private void header() {
        if (!message.path(SendCommand.FROM).asText().matches("[0-9]{1,32}")) {
            faults.add(
                    new Violation(
                            "/message/from", "must be a phone number id: a string of digits"));
        }
        for (String name : List.of("to", "recipient")) {
            if (message.has(name)) {
                faults.add(new Violation("/message/" + name, "stands with each recipient"));
            }
        }
        JsonNode hub = message.path(SendCommand.HUB);
        if (hub.isMissingNode()) {
            hub = message.putObject(SendCommand.HUB);
        }
        if (hub instanceof ObjectNode options) {
            beginsAt = time(options);
            if (!options.has("source")) {
                options.put("source", "campaign");
            }
        }
    }

    /** The whole bulk begins then; commands that wait one by one would all be due at the same moment. */
    private Instant time(ObjectNode options) {
        JsonNode sendAt = options.remove(SEND_AT);
        if (sendAt == null) {
            return null;
        }
        Optional<Instant> time = StorableTime.in(sendAt.asText());
        if (time.isEmpty()) {
            faults.add(
                    new Violation(
                            "/message/hub/" + SEND_AT,
                            "must be a time with offset such as 2026-11-22T18:00:00Z"));
        }
        return time.orElse(null);
    }

    private void line(String line) {
        try {
            row(CommandJson.read(line.getBytes(StandardCharsets.UTF_8)));
        } catch (CommandRefusedException unreadable) {
            asked.append(line);
            keep(JsonNodeFactory.instance.objectNode(), unreadable);
        }
    }

    private void row(JsonNode recipient) {
        if (rows.size() == MOST_ROWS) {
            throw CommandRefusedException.malformed(
                    List.of(
                            new Violation(
                                    "/recipients",
                                    "are more than " + MOST_ROWS + "; hand in several bulks")));
        }
        asked.append(CommandJson.hash(recipient));
        try {
            ObjectNode command = Filling.fill(message, recipient);
            CommandForm.check(command);
            CommandIntake.limit(CommandJson.write(command).length());
            rows.add(new BulkOrder.Row(CommandJson.write(recipient), null));
        } catch (CommandRefusedException refused) {
            keep(recipient, refused);
        }
    }

    private void keep(JsonNode recipient, CommandRefusedException refused) {
        // Cut here already: of a hundred thousand rows each may have a hundred faults
        String fault = BulkStore.fault(refused.getMessage());
        rowFaults.add(new Violation("/recipients/" + rows.size(), fault));
        rows.add(new BulkOrder.Row(CommandJson.write(recipient), fault));
    }

    private void stopAtFaults() {
        if (!faults.isEmpty()) {
            throw CommandRefusedException.malformed(faults);
        }
    }

    private BulkOrder order(ObjectNode document) {
        boolean strict = document.path("strict").asBoolean(false);
        if (!rowFaults.isEmpty() && (strict || rowFaults.size() == rows.size())) {
            throw CommandRefusedException.malformed(
                    rowFaults.stream().limit(MOST_FAULTS_TOLD).toList());
        }
        String hash = CommandJson.hash(JsonNodeFactory.instance.textNode(asked.toString()));
        var from = new PhoneNumberId(message.get(SendCommand.FROM).textValue());
        return new BulkOrder(from, message, beginsAt, rows, hash);
    }
}
