package org.coexhub.sandbox.salesforce.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.sandbox.salesforce.org.SimulatedOrg;
import org.coexhub.sandbox.salesforce.soql.Row;
import org.coexhub.sandbox.salesforce.soql.Soql;
import org.coexhub.sandbox.salesforce.soql.Sosl;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code /query} by SOQL, page by page, and {@code /search} and {@code /parameterizedSearch} by SOSL. */
final class QueryCalls {
    private static final Pattern BATCH = Pattern.compile("batchSize=(\\d+)");
    private static final int SMALLEST_PAGE = 200;
    private static final int PAGE = 2000;

    private record Cursor(List<ObjectNode> records, int page) {}

    private final SimulatedOrg org;
    private final Map<String, Cursor> cursors = new ConcurrentHashMap<>();
    private final AtomicInteger lastCursor = new AtomicInteger();

    QueryCalls(SimulatedOrg org) {
        this.org = org;
    }

    RestAnswer query(RestCall call, String version) {
        if (call.is("GET", 2)) {
            return more(call.segment(1), version);
        }
        String written = call.parameter("q");
        if (!call.is("GET", 1) || written == null) {
            throw new RestException(400, "MALFORMED_QUERY", "A query string has to be specified");
        }
        Soql soql = Soql.parse(org, written);
        List<Row> rows = soql.rows();
        if (soql.count()) {
            ObjectNode answer = JsonNodeFactory.instance.objectNode();
            answer.put("totalSize", rows.size()).put("done", true).putArray("records");
            return RestAnswer.json(200, answer);
        }
        RecordView view = new RecordView(version);
        List<ObjectNode> records = rows.stream().map(row -> view.of(row, soql.select())).toList();
        return page("0r8" + lastCursor.incrementAndGet(), 0, records, pageSize(call), version);
    }

    private RestAnswer more(String locator, String version) {
        String[] parts = locator.split("-");
        Cursor cursor = cursors.get(parts[0]);
        if (cursor == null || parts.length != 2) {
            throw new RestException(400, "INVALID_QUERY_LOCATOR", "invalid query locator");
        }
        return page(parts[0], Integer.parseInt(parts[1]), cursor.records(), cursor.page(), version);
    }

    private RestAnswer page(
            String cursor, int from, List<ObjectNode> records, int size, String version) {
        int to = Math.min(records.size(), from + size);
        boolean done = to == records.size();
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("totalSize", records.size()).put("done", done);
        if (done) {
            cursors.remove(cursor);
        } else {
            cursors.put(cursor, new Cursor(records, size));
            answer.put(
                    "nextRecordsUrl", "/services/data/" + version + "/query/" + cursor + "-" + to);
        }
        ArrayNode list = answer.putArray("records");
        list.addAll(records.subList(from, to));
        return RestAnswer.json(200, answer).records(to - from);
    }

    private static int pageSize(RestCall call) {
        String options = call.headers().getOrDefault("Sforce-Query-Options", "");
        Matcher asked = BATCH.matcher(options);
        return asked.find()
                ? Math.clamp(Integer.parseInt(asked.group(1)), SMALLEST_PAGE, PAGE)
                : PAGE;
    }

    RestAnswer search(RestCall call, String version) {
        String written = call.parameter("q");
        if (!call.is("GET", 1) || written == null) {
            throw new RestException(400, "MALFORMED_SEARCH", "A search string has to be specified");
        }
        return found(Sosl.parse(written), Integer.MAX_VALUE, version);
    }

    RestAnswer parameterizedSearch(RestCall call, String version) {
        JsonNode asked = call.method().equals("POST") ? call.jsonBody() : asBody(call);
        String text = asked.path("q").asText("");
        if (text.length() < 2) {
            throw new RestException(
                    400,
                    "MALFORMED_SEARCH",
                    "search term must be longer than one character: " + text);
        }
        int defaultLimit = asked.path("defaultLimit").asInt(2000);
        List<Sosl.Target> targets = new ArrayList<>();
        for (JsonNode target : asked.path("sobjects")) {
            targets.add(
                    new Sosl.Target(
                            target.path("name").asText(),
                            texts(
                                    target.path("fields").isEmpty()
                                            ? asked.path("fields")
                                            : target.path("fields")),
                            target.path("where").asText(null),
                            target.path("limit").asInt(defaultLimit)));
        }
        Sosl sosl = new Sosl(text, asked.path("in").asText("ALL"), targets);
        return found(sosl, asked.path("overallLimit").asInt(2000), version);
    }

    /** The GET form names objects and their members as parameters: {@code sobject=Lead&Lead.fields=Id,Name}. */
    private static ObjectNode asBody(RestCall call) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        for (String name : List.of("q", "in", "overallLimit", "defaultLimit")) {
            if (call.parameter(name) != null) {
                body.put(name, call.parameter(name));
            }
        }
        putFields(body, call.parameter("fields"));
        ArrayNode objects = body.putArray("sobjects");
        for (String name : call.query().getOrDefault("sobject", List.of())) {
            ObjectNode object = objects.addObject().put("name", name);
            putFields(object, call.parameter(name + ".fields"));
            for (String member : List.of("where", "limit")) {
                if (call.parameter(name + "." + member) != null) {
                    object.put(member, call.parameter(name + "." + member));
                }
            }
        }
        return body;
    }

    private static void putFields(ObjectNode node, String list) {
        if (list != null) {
            ArrayNode fields = node.putArray("fields");
            Arrays.stream(list.split(",")).map(String::strip).forEach(fields::add);
        }
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asText()));
        return texts.isEmpty() ? List.of("Id") : texts;
    }

    private RestAnswer found(Sosl sosl, int overallLimit, String version) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode records = answer.putArray("searchRecords");
        RecordView view = new RecordView(version);
        for (Sosl.Target target : sosl.targets()) {
            for (Row row : sosl.find(org, target)) {
                if (records.size() < overallLimit) {
                    records.add(view.of(row, target.fields()));
                }
            }
        }
        return RestAnswer.json(200, answer).records(records.size());
    }
}
