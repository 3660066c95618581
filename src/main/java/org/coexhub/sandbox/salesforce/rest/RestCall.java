package org.coexhub.sandbox.salesforce.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/**
 * One call as the rest sees it.
 *
 * @param url path and query as they came
 * @param path decoded segments of the path
 * @param headers by name in any letter case
 */
public record RestCall(
        String method,
        String url,
        List<String> path,
        Map<String, List<String>> query,
        Map<String, String> headers,
        byte[] body) {

    public static final ObjectMapper JSON = new ObjectMapper();
    private static final int LARGEST_BODY = 150 * 1024 * 1024;

    static RestCall read(HttpExchange exchange) throws IOException {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
        byte[] body = exchange.getRequestBody().readNBytes(LARGEST_BODY);
        if ("gzip".equalsIgnoreCase(headers.get("Content-Encoding"))) {
            try (var unzipped = new GZIPInputStream(new ByteArrayInputStream(body))) {
                body = unzipped.readNBytes(LARGEST_BODY);
            }
        }
        return of(exchange.getRequestMethod(), exchange.getRequestURI().toString(), headers, body);
    }

    /** A call from the inside of another, such as a part of a composite. */
    static RestCall of(String method, String url, Map<String, String> headers, byte[] body) {
        String[] pathAndQuery = url.split("\\?", 2);
        List<String> path =
                Arrays.stream(pathAndQuery[0].split("/"))
                        .filter(part -> !part.isEmpty())
                        .map(part -> decoded(part.replace("+", "%2B")))
                        .toList();
        Map<String, List<String>> query =
                pathAndQuery.length < 2 ? Map.of() : parameters(pathAndQuery[1]);
        String tunnelled = query.getOrDefault("_HttpMethod", List.of(method)).get(0);
        return new RestCall(tunnelled, url, path, query, headers, body);
    }

    static Map<String, List<String>> parameters(String encoded) {
        Map<String, List<String>> query = new LinkedHashMap<>();
        for (String pair : encoded.split("&")) {
            if (!pair.isEmpty()) {
                String[] nameAndValue = pair.split("=", 2);
                query.computeIfAbsent(decoded(nameAndValue[0]), n -> new ArrayList<>())
                        .add(nameAndValue.length < 2 ? "" : decoded(nameAndValue[1]));
            }
        }
        return query;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    public boolean is(String wanted, int segments) {
        return method.equals(wanted) && path.size() == segments;
    }

    /** The segment at this place, or "". */
    public String segment(int index) {
        return index < path.size() ? path.get(index) : "";
    }

    /** The same call with fewer leading segments. */
    RestCall below(int segments) {
        return new RestCall(method, url, path.subList(segments, path.size()), query, headers, body);
    }

    public String parameter(String name) {
        return query.containsKey(name) ? query.get(name).get(0) : null;
    }

    public JsonNode jsonBody() {
        try {
            JsonNode tree = JSON.readTree(body);
            if (tree == null || !tree.isContainerNode()) {
                throw RestException.unreadable("No content to map to Object due to end of input");
            }
            return tree;
        } catch (JsonProcessingException e) {
            throw RestException.unreadable(e.getOriginalMessage());
        } catch (IOException e) {
            throw RestException.unreadable(e.getMessage());
        }
    }

    /** The body as the fields of one record. */
    Map<String, Object> fields() {
        return fields(jsonBody());
    }

    static Map<String, Object> fields(JsonNode record) {
        if (!record.isObject()) {
            throw RestException.unreadable("A record has to be a JSON object");
        }
        return JSON.convertValue(record, new TypeReference<LinkedHashMap<String, Object>>() {});
    }

    boolean writes() {
        return !method.equals("GET") && !method.equals("HEAD");
    }
}
