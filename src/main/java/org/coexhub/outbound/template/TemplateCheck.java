package org.coexhub.outbound.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Checks that a template message fits its template: parameter counts and kinds of header, body and buttons, by place or
 * by name. Only what Meta would surely refuse is a fault; components that are not looked into here (carousels, offers)
 * and kinds of parameters and buttons that are not known today are let through. A fault never quotes a parameter's
 * value.
 */
final class TemplateCheck {

    private static final Set<String> WORDS = Set.of("text", "currency", "date_time");
    private static final Set<String> FILES = Set.of("image", "video", "document");

    private final Template template;
    private final JsonNode given;

    private TemplateCheck(Template template, JsonNode given) {
        this.template = template;
        this.given = given;
    }

    /**
     * The first thing wrong, or empty.
     *
     * @param message the template object of a send
     */
    static Optional<String> faultIn(Template template, JsonNode message) {
        if (template.components() == null) {
            return Optional.empty();
        }
        return new TemplateCheck(template, message.path("components")).fault();
    }

    private Optional<String> fault() {
        return header().or(this::body).or(this::buttons);
    }

    private Optional<String> header() {
        JsonNode header = template("HEADER");
        JsonNode parameters = given("header").path("parameters");
        String format = header.path("format").asText("TEXT").toLowerCase(Locale.ROOT);
        if (header.isMissingNode()) {
            return parameters.isEmpty()
                    ? Optional.empty()
                    : fault("has no header: leave the component header out");
        }
        if (format.equals("text")) {
            return words("header", header.path("text").asText(), parameters);
        }
        if (FILES.contains(format) || format.equals("location")) {
            return parameters.size() == 1 && kind(parameters.get(0)).equals(format)
                    ? Optional.empty()
                    : fault("has a header that takes one parameter of type " + format);
        }
        return Optional.empty();
    }

    private Optional<String> body() {
        JsonNode body = template("BODY");
        return words("body", body.path("text").asText(), given("body").path("parameters"));
    }

    private Optional<String> words(String where, String text, JsonNode parameters) {
        Set<String> wanted = Placeholders.in(text);
        if (parameters.size() != wanted.size()) {
            return fault(
                    "has a %s that takes %d %s (%s), and %d came"
                            .formatted(
                                    where,
                                    wanted.size(),
                                    wanted.size() == 1 ? "parameter" : "parameters",
                                    wanted.isEmpty() ? "none" : String.join(", ", wanted),
                                    parameters.size()));
        }
        Set<String> named = new HashSet<>();
        for (JsonNode parameter : parameters) {
            if (!WORDS.contains(kind(parameter))) {
                return fault("has a %s that takes text parameters only".formatted(where));
            }
            named.add(parameter.path("parameter_name").asText());
        }
        return !template.named() || named.equals(wanted)
                ? Optional.empty()
                : fault(
                        "has a %s whose parameters have names; give parameter_name %s"
                                .formatted(where, String.join(", ", wanted)));
    }

    private Optional<String> buttons() {
        JsonNode buttons = template("BUTTONS").path("buttons");
        List<JsonNode> filled = new ArrayList<>();
        for (JsonNode component : given) {
            if (kind(component).equals("button")) {
                int index = component.path("index").asInt(-1);
                if (index < 0 || index >= buttons.size()) {
                    return fault(
                            "has %d buttons, numbered from 0; a component names another index"
                                    .formatted(buttons.size()));
                }
                filled.add(component);
            }
        }
        for (int i = 0; i < buttons.size(); i++) {
            int index = i;
            JsonNode component =
                    filled.stream()
                            .filter(c -> c.path("index").asInt() == index)
                            .findFirst()
                            .orElse(MissingNode.getInstance());
            Optional<String> fault = button(i, buttons.get(i), component.path("parameters"));
            if (fault.isPresent()) {
                return fault;
            }
        }
        return Optional.empty();
    }

    private Optional<String> button(int index, JsonNode button, JsonNode parameters) {
        String type = button.path("type").asText().toUpperCase(Locale.ROOT);
        boolean fillsUrl =
                type.equals("URL") && !Placeholders.in(button.path("url").asText()).isEmpty();
        String wanted =
                switch (type) {
                    case "URL" -> fillsUrl ? "text" : null;
                    case "COPY_CODE" -> "coupon_code";
                    case "OTP" -> "text";
                    default -> null;
                };
        if (wanted == null) {
            return Optional.empty();
        }
        return parameters.size() == 1 && kind(parameters.get(0)).equals(wanted)
                ? Optional.empty()
                : fault(
                        "has a button %d that takes one parameter of type %s"
                                .formatted(index, wanted));
    }

    private JsonNode template(String type) {
        for (JsonNode component : template.components()) {
            if (type.equalsIgnoreCase(component.path("type").asText())) {
                return component;
            }
        }
        return MissingNode.getInstance();
    }

    private JsonNode given(String type) {
        for (JsonNode component : given) {
            if (kind(component).equals(type)) {
                return component;
            }
        }
        return MissingNode.getInstance();
    }

    private static String kind(JsonNode node) {
        return node.path("type").asText().toLowerCase(Locale.ROOT);
    }

    private static Optional<String> fault(String what) {
        return Optional.of(what);
    }
}
