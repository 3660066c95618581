package org.coexhub.sandbox.meta.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.sandbox.meta.account.GraphException;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The account's message templates: listed in pages as Graph does, and asked when one is sent. */
public final class TemplateShelf {

    private static final int USUAL_PAGE = 25;
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{\\s*(\\w+)\\s*}}");

    private final List<ObjectNode> templates = new ArrayList<>();

    /** The shop's templates. */
    public TemplateShelf() {
        try (InputStream file =
                TemplateShelf.class.getResourceAsStream("/sandbox/templates.json")) {
            for (JsonNode template : new ObjectMapper().readTree(file)) {
                templates.add((ObjectNode) template);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gives the template another status; what the webhook about it says is returned. */
    public synchronized ObjectNode status(String name, String language, String status) {
        ObjectNode template =
                find(name, language)
                        .orElseThrow(() -> new IllegalArgumentException("no such template"));
        template.put("status", status);
        return template.objectNode()
                .put("event", status)
                .put("message_template_id", template.path("id").asText())
                .put("message_template_name", name)
                .put("message_template_language", language)
                .put("reason", "NONE");
    }

    /** All templates as Graph lists them. */
    public synchronized List<JsonNode> all() {
        return templates.stream().<JsonNode>map(ObjectNode::deepCopy).toList();
    }

    /** The category in lower case, as statuses name it. */
    synchronized String category(String name, String language) {
        return find(name, language)
                .map(template -> template.path("category").asText().toLowerCase(Locale.ROOT))
                .orElse("utility");
    }

    /** One page of the list; the cursor is the number of templates before it. */
    synchronized void list(Map<String, String> query, ObjectNode answer) {
        int limit = number(query.get("limit"), USUAL_PAGE);
        int from = number(query.get("after"), 0);
        int to = Math.min(from + Math.max(limit, 1), templates.size());
        ArrayNode data = answer.putArray("data");
        templates.subList(Math.min(from, to), to).forEach(t -> data.add(t.deepCopy()));
        ObjectNode paging = answer.putObject("paging");
        paging.putObject("cursors")
                .put("before", Integer.toString(from))
                .put("after", Integer.toString(to));
        if (to < templates.size()) {
            paging.put("next", "https://graph.example/next");
        }
    }

    /** Throws {@link GraphException} where Meta would refuse. */
    synchronized void check(String name, String language, JsonNode components) {
        ObjectNode template =
                find(name, language)
                        .orElseThrow(() -> GraphException.unknownTemplate(name, language));
        switch (template.path("status").asText()) {
            case "PAUSED" -> throw GraphException.templatePaused();
            case "DISABLED" -> throw GraphException.templateDisabled();
            default -> parameters(template, components);
        }
    }

    private static void parameters(ObjectNode template, JsonNode components) {
        int given = 0;
        for (JsonNode component : components) {
            if (component.path("type").asText().equalsIgnoreCase("body")) {
                given = component.path("parameters").size();
            }
        }
        for (JsonNode component : template.path("components")) {
            if (component.path("type").asText().equals("BODY")) {
                Set<String> wanted = new HashSet<>();
                Matcher matcher = PLACEHOLDER.matcher(component.path("text").asText());
                while (matcher.find()) {
                    wanted.add(matcher.group(1));
                }
                if (wanted.size() != given) {
                    throw GraphException.templateParameters(given, wanted.size());
                }
            }
        }
    }

    private Optional<ObjectNode> find(String name, String language) {
        return templates.stream()
                .filter(t -> t.path("name").asText().equals(name))
                .filter(t -> t.path("language").asText().equals(language))
                .findFirst();
    }

    private static int number(String text, int otherwise) {
        return text != null && text.matches("\\d{1,6}") ? Integer.parseInt(text) : otherwise;
    }
}
