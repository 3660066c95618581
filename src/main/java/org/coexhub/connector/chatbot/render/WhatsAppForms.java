package org.coexhub.connector.chatbot.render;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.outbound.command.validation.WebAddress;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A bot's replies in Meta's forms: up to three choices are buttons, up to ten a list, more a numbered text; what is too
 * long for its place is cut, long texts become several messages.
 *
 * <p>A button or row carries the bot's payload as its id, so a tap brings it back. Where that is not possible (a number
 * that is typed, a payload longer than an id may be) the answer of the customer is kept beside the payload in {@link
 * #offered}.
 */
public final class WhatsAppForms {

    static final int TEXT = 4096;
    static final int BUTTON_BODY = 1024;
    static final int LIST_BODY = 4096;
    static final int CAPTION = 1024;
    static final int BUTTON_TITLE = 20;
    static final int ROW_TITLE = 24;
    static final int ROW_TEXT = 72;
    static final int BUTTON_ID = 256;
    static final int ROW_ID = 200;
    static final int MOST_BUTTONS = 3;
    static final int MOST_ROWS = 10;

    /** Meta wants words above choices. */
    public static final String NO_WORDS = "⬇️";

    private final List<ObjectNode> messages = new ArrayList<>();
    private final Map<String, String> offered = new LinkedHashMap<>();

    private final String listButton;

    private WhatsAppForms(String listButton) {
        this.listButton = Cut.to(listButton, BUTTON_TITLE);
    }

    /** @param listButton what stands on the button that opens a list */
    public static WhatsAppForms of(List<BotReply> replies, String listButton) {
        var forms = new WhatsAppForms(listButton);
        joined(replies).forEach(forms::add);
        return forms;
    }

    /** Choices without words of their own belong to the words, or the choices, before them. */
    private static List<BotReply> joined(List<BotReply> replies) {
        var joined = new ArrayList<BotReply>();
        for (BotReply reply : replies) {
            BotReply before = joined.isEmpty() ? null : joined.getLast();
            if (reply instanceof BotReply.Choices choices && words(choices.words()).isEmpty()) {
                if (before instanceof BotReply.Text text) {
                    joined.removeLast();
                    joined.add(new BotReply.Choices(text.words(), choices.choices()));
                    continue;
                }
                if (before instanceof BotReply.Choices first) {
                    var all = new ArrayList<>(first.choices());
                    all.addAll(choices.choices());
                    joined.removeLast();
                    joined.add(new BotReply.Choices(first.words(), all));
                    continue;
                }
            }
            joined.add(reply);
        }
        return joined;
    }

    /** In Meta's send format, without sender and recipient. */
    public List<ObjectNode> messages() {
        return List.copyOf(messages);
    }

    /** What the customer may answer, and what the bot means by it; taps that bring the payload themselves are not here. */
    public Map<String, String> offered() {
        return Map.copyOf(offered);
    }

    private void add(BotReply reply) {
        switch (reply) {
            case BotReply.Text text -> texts(text.words());
            case BotReply.Choices choices -> choices(words(choices.words()), shown(choices));
            case BotReply.Link link -> link(link);
            case BotReply.Media media -> media(media);
            case BotReply.Place place -> place(place);
            case BotReply.Ready ready -> ready(ready.message());
        }
    }

    /** As it is; a text that is too long for one message becomes several, as any other does. */
    private void ready(ObjectNode message) {
        JsonNode words = message.path("text").path("body");
        if (!"text".equals(message.path("type").asText("text"))
                || !words.isTextual()
                || Cut.length(words.textValue()) <= TEXT) {
            messages.add(message.deepCopy());
            return;
        }
        int first = messages.size();
        for (String part : Cut.parts(words.textValue(), TEXT)) {
            ObjectNode one = message.deepCopy();
            ((ObjectNode) one.get("text")).put("body", part);
            if (messages.size() > first) {
                one.remove("context");
            }
            messages.add(one);
        }
    }

    private void texts(String words) {
        for (String part : Cut.parts(words(words), TEXT)) {
            message("text").putObject("text").put("body", part);
        }
    }

    private void choices(String words, List<BotReply.Choice> choices) {
        if (choices.isEmpty()) {
            texts(words);
        } else if (choices.size() <= MOST_BUTTONS) {
            buttons(words, choices);
        } else if (choices.size() <= MOST_ROWS) {
            list(words, choices);
        } else {
            numbered(words, choices);
        }
    }

    private void buttons(String words, List<BotReply.Choice> choices) {
        ObjectNode interactive = interactive("button", words, BUTTON_BODY);
        ArrayNode buttons = interactive.putObject("action").putArray("buttons");
        Set<String> ids = new HashSet<>();
        Set<String> titles = new HashSet<>();
        for (BotReply.Choice choice : choices) {
            buttons.addObject()
                    .put("type", "reply")
                    .putObject("reply")
                    .put("id", id(choice.payload(), BUTTON_ID, ids))
                    .put("title", unlike(titles, choice.title(), BUTTON_TITLE));
        }
    }

    private void list(String words, List<BotReply.Choice> choices) {
        ObjectNode interactive = interactive("list", words, LIST_BODY);
        ObjectNode action = interactive.putObject("action").put("button", listButton);
        ArrayNode rows = action.putArray("sections").addObject().putArray("rows");
        Set<String> ids = new HashSet<>();
        Set<String> titles = new HashSet<>();
        for (BotReply.Choice choice : choices) {
            ObjectNode row = rows.addObject();
            row.put("id", id(choice.payload(), ROW_ID, ids));
            row.put("title", unlike(titles, choice.title(), ROW_TITLE));
            String description = words(choice.description());
            if (description.isEmpty() && Cut.length(choice.title().strip()) > ROW_TITLE) {
                description = choice.title();
            }
            if (!description.isEmpty()) {
                row.put("description", Cut.to(description, ROW_TEXT));
            }
        }
    }

    private void numbered(String words, List<BotReply.Choice> choices) {
        var text = new StringBuilder(words);
        text.append(words.isEmpty() ? "" : "\n");
        int number = 0;
        for (BotReply.Choice choice : choices) {
            number++;
            text.append('\n').append(number).append(". ").append(choice.title().strip());
            offered.put(Integer.toString(number), choice.payload());
        }
        texts(text.toString());
    }

    private void link(BotReply.Link link) {
        if (!isWebAddress(link.url())) {
            texts(words(link.words()) + "\n" + words(link.title()) + " " + words(link.url()));
            return;
        }
        String title = words(link.title()).isEmpty() ? link.url() : link.title();
        ObjectNode action =
                interactive("cta_url", words(link.words()), BUTTON_BODY).putObject("action");
        action.put("name", "cta_url");
        action.putObject("parameters")
                .put("display_text", Cut.to(title, BUTTON_TITLE))
                .put("url", link.url().strip());
    }

    private void media(BotReply.Media media) {
        String caption = words(media.caption());
        if (!isWebAddress(media.url())) {
            texts((caption + "\n" + words(media.url())).strip());
            return;
        }
        String type = media.kind().wireName();
        boolean below = media.kind() != BotReply.Kind.AUDIO && Cut.length(caption) <= CAPTION;
        ObjectNode file = message(type).putObject(type).put("link", media.url().strip());
        if (below && !caption.isEmpty()) {
            file.put("caption", caption);
        }
        if (media.kind() == BotReply.Kind.DOCUMENT && !words(media.fileName()).isEmpty()) {
            file.put("filename", Cut.to(media.fileName(), 240));
        }
        if (!below) {
            texts(caption);
        }
    }

    private void place(BotReply.Place place) {
        ObjectNode location = message("location").putObject("location");
        location.put("latitude", place.latitude()).put("longitude", place.longitude());
        if (!words(place.name()).isEmpty()) {
            location.put("name", place.name());
        }
        if (!words(place.address()).isEmpty()) {
            location.put("address", place.address());
        }
    }

    /** Words too long for their place go before it as messages of their own. */
    private ObjectNode interactive(String kind, String words, int most) {
        List<String> parts = Cut.parts(words, most);
        for (int i = 0; i < parts.size() - 1; i++) {
            texts(parts.get(i));
        }
        ObjectNode interactive = message("interactive").putObject("interactive").put("type", kind);
        interactive.putObject("body").put("text", parts.isEmpty() ? NO_WORDS : parts.getLast());
        return interactive;
    }

    private ObjectNode message(String type) {
        ObjectNode message = JsonNodeFactory.instance.objectNode().put("type", type);
        messages.add(message);
        return message;
    }

    /** The payload itself where it fits and no other has it; Meta refuses ids that are the same. */
    private String id(String payload, int most, Set<String> taken) {
        if (!payload.isBlank() && Cut.length(payload) <= most && taken.add(payload)) {
            return payload;
        }
        String id = "choice-" + (offered.size() + 1);
        offered.put(id, payload);
        taken.add(id);
        return id;
    }

    /** Meta refuses titles that are the same, which cutting may have made of different ones. */
    private static String unlike(Set<String> taken, String title, int most) {
        String cut = Cut.to(title, most);
        for (int i = 2; !taken.add(cut); i++) {
            cut = Cut.to(title, most - 3) + " " + i;
        }
        return cut;
    }

    private static List<BotReply.Choice> shown(BotReply.Choices choices) {
        return choices.choices().stream()
                .filter(c -> !words(c.title()).isEmpty())
                .map(
                        c ->
                                c.payload() == null
                                        ? new BotReply.Choice(
                                                c.title(), c.title().strip(), c.description())
                                        : c)
                .toList();
    }

    private static String words(String text) {
        return text == null ? "" : text.strip();
    }

    private static boolean isWebAddress(String url) {
        return WebAddress.isOne(words(url));
    }
}
