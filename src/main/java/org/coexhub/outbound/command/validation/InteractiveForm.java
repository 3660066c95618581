package org.coexhub.outbound.command.validation;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Validates the content of interactive messages, per kind. Lengths are those of Meta's pages and its OpenAPI
 * description; a kind that the hub does not know passes.
 */
final class InteractiveForm {

    private static final int ANY_LENGTH = 65_536;
    private static final int BODY_LENGTH = 4096;
    private static final int HEADER_AND_FOOTER_LENGTH = 60;
    private static final int BUTTON_LENGTH = 20;
    private static final int ROW_TITLE_LENGTH = 24;
    private static final int ROW_TEXT_LENGTH = 72;
    private static final int BUTTON_ID_LENGTH = 256;
    private static final int ROW_ID_LENGTH = 200;
    private static final int MOST_ROWS = 10;

    /** Kinds that Meta takes without a body of their own. */
    private static final Set<String> BODY_OPTIONAL = Set.of("product", "call_permission_request");

    private static final Map<String, Consumer<JsonCursor>> ACTION =
            Map.of(
                    "button", InteractiveForm::buttons,
                    "list", InteractiveForm::list,
                    "cta_url", InteractiveForm::link,
                    "product", InteractiveForm::product,
                    "product_list", InteractiveForm::productList,
                    "flow", InteractiveForm::flow,
                    "carousel", InteractiveForm::carousel);

    private InteractiveForm() {}

    static void check(JsonCursor interactive) {
        interactive.object(
                inside -> {
                    JsonCursor type = inside.at("type").text(64);
                    String kind = type.node().isTextual() ? type.node().textValue() : "";
                    if (inside.has("header")) {
                        inside.at("header").object(InteractiveForm::header);
                    }
                    if (inside.has("body")
                            || (!BODY_OPTIONAL.contains(kind) && ACTION.containsKey(kind))) {
                        inside.at("body").object(body -> body.at("text").text(BODY_LENGTH));
                    }
                    if (inside.has("footer")) {
                        inside.at("footer")
                                .object(footer -> footer.at("text").text(HEADER_AND_FOOTER_LENGTH));
                    }
                    JsonCursor action = inside.at("action").object(given -> {});
                    if (action.node().isObject() && ACTION.containsKey(kind)) {
                        ACTION.get(kind).accept(action);
                    }
                });
    }

    private static void header(JsonCursor header) {
        JsonCursor type = header.at("type").text(64);
        switch (type.node().asText()) {
            case "text" -> header.at("text").text(HEADER_AND_FOOTER_LENGTH);
            case "image", "video", "document" ->
                    MessageForm.media(header.at(type.node().textValue()), true);
            default -> {
                // A kind of header that Meta may have invented since.
            }
        }
    }

    private static void buttons(JsonCursor action) {
        var ids = new HashSet<String>();
        action.at("buttons").array(1, 3, button -> button.object(inside -> reply(inside, ids)));
    }

    private static void reply(JsonCursor button, Set<String> ids) {
        button.at("reply")
                .object(
                        reply -> {
                            once(reply.at("id").text(BUTTON_ID_LENGTH), ids);
                            reply.at("title").text(BUTTON_LENGTH);
                        });
    }

    private static void list(JsonCursor action) {
        action.at("button").text(BUTTON_LENGTH);
        boolean titled = action.node().path("sections").size() > 1;
        int[] rows = {0};
        var ids = new HashSet<String>();
        JsonCursor sections =
                action.at("sections")
                        .array(
                                1,
                                10,
                                section -> {
                                    rows[0] += section.node().path("rows").size();
                                    section.object(inside -> section(inside, titled, ids));
                                });
        if (rows[0] > MOST_ROWS) {
            sections.fault("must not have more than " + MOST_ROWS + " rows in all");
        }
    }

    private static void section(JsonCursor section, boolean titled, Set<String> ids) {
        if (titled) {
            section.at("title").text(ROW_TITLE_LENGTH);
        } else {
            section.at("title").optionalText(ROW_TITLE_LENGTH);
        }
        section.at("rows")
                .array(
                        1,
                        Integer.MAX_VALUE,
                        row ->
                                row.object(
                                        fields -> {
                                            once(fields.at("id").text(ROW_ID_LENGTH), ids);
                                            fields.at("title").text(ROW_TITLE_LENGTH);
                                            fields.at("description").optionalText(ROW_TEXT_LENGTH);
                                        }));
    }

    private static void once(JsonCursor id, Set<String> ids) {
        if (id.node().isTextual() && !ids.add(id.node().textValue())) {
            id.fault("is the id of another one, too; a tap could not be told from the other");
        }
    }

    private static void link(JsonCursor action) {
        action.at("parameters")
                .object(
                        parameters -> {
                            parameters.at("display_text").text(BUTTON_LENGTH);
                            JsonCursor url = parameters.at("url").text(ANY_LENGTH);
                            if (url.node().isTextual() && !MessageForm.isWebAddress(url)) {
                                url.fault("must be an http or https address");
                            }
                        });
    }

    private static void product(JsonCursor action) {
        action.at("catalog_id").text(256);
        action.at("product_retailer_id").text(256);
    }

    private static void productList(JsonCursor action) {
        action.at("catalog_id").text(256);
        action.at("sections")
                .array(1, 10, section -> section.object(InteractiveForm::productSection));
    }

    private static void productSection(JsonCursor section) {
        section.at("product_items")
                .array(
                        1,
                        30,
                        item -> item.object(fields -> fields.at("product_retailer_id").text(256)));
    }

    private static void flow(JsonCursor action) {
        action.at("parameters")
                .object(
                        parameters -> {
                            parameters.at("flow_cta").text(30);
                            boolean byId = parameters.has("flow_id");
                            if (byId == parameters.has("flow_name")) {
                                parameters
                                        .at("flow_id")
                                        .fault(
                                                byId
                                                        ? "must not stand beside flow_name"
                                                        : "is required, or flow_name");
                            }
                        });
    }

    private static void carousel(JsonCursor action) {
        action.at("cards").array(2, 10, card -> card.object(inside -> {}));
    }
}
