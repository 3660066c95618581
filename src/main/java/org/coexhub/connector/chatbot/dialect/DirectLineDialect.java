package org.coexhub.connector.chatbot.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.connector.chatbot.http.BotFailedException;
import org.coexhub.connector.chatbot.http.BotHttpClient;
import org.coexhub.connector.chatbot.memory.BotSession;
import org.coexhub.connector.chatbot.memory.BotSessions;
import org.coexhub.connector.chatbot.render.BotReply;
import org.coexhub.event.ConversationId;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Microsoft's Direct Line 3.0, by which bots of the Bot Framework, the Agents SDK and Copilot Studio are reached: one
 * Direct Line conversation per WhatsApp conversation, its id and watermark in the store. The customer's words are an
 * activity; what the bot answers is fetched until it has answered this activity and has nothing more to say.
 *
 * <p>Source: learn.microsoft.com, Bot Framework REST, Direct Line API 3.0; the handoff event from "Transition
 * conversations from bot to human".
 */
final class DirectLineDialect implements Dialect {

    static final String HANDOFF = "handoff.initiate";
    private static final Duration LOOK = Duration.ofMillis(200);

    /** Of one turn, in all looks; as much as one answer may have. */
    private static final int MOST_CHARACTERS = 1024 * 1024;

    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;

    private final BotHttpClient line;
    private final String base;
    private final String language;
    private final String[] headers;
    private final BotSessions sessions;

    DirectLineDialect(BotHttpClient line, BotSettings settings, BotSessions sessions) {
        this.line = line;
        this.base = settings.url().replaceAll("/+$", "");
        this.language = settings.language();
        this.headers = settings.bearer();
        this.sessions = sessions;
    }

    @Override
    public BotAnswer ask(BotTurn turn) {
        BotHttpClient.Call call = line.call();
        ConversationId id = turn.conversation();
        BotSession known = sessions.find(id).orElseGet(() -> begun(call));
        BotSession session = known.at(turn.id().value());
        if (session.asked() == null) {
            // Before it is posted, so that after an answer that got lost the hub looks first.
            sessions.save(id, session);
            String found = session.equals(known) ? found(call, session, turn) : "";
            session = found.isEmpty() ? posted(call, session, turn) : session.posted(found);
            sessions.save(id, session);
        }
        var activities = new ArrayList<JsonNode>();
        session = session.read(fetch(call, session, turn, activities));
        if (activities.stream()
                .anyMatch(a -> a.path("type").asText().equals("endOfConversation"))) {
            // Kept for this turn, should it come again; its successor finds nobody there and begins
            // anew.
            session =
                    new BotSession(
                            "ended",
                            session.turn(),
                            session.asked(),
                            session.before(),
                            session.after());
        }
        sessions.save(id, session);
        return read(activities);
    }

    /** What the store has no room for would fail there, as if it were the store's doing. */
    private static String kept(String name, String given) {
        if (given != null
                && (given.length() > BotSession.LONGEST || given.indexOf('\u0000') >= 0)) {
            throw BotFailedException.unreadable(name + " is too long or holds U+0000");
        }
        return given;
    }

    private BotSession begun(BotHttpClient.Call call) {
        JsonNode begun =
                call.post(
                        URI.create(base + "/conversations"),
                        JsonNodeFactory.instance.objectNode(),
                        headers);
        String id = kept("conversationId", begun.path("conversationId").asText(""));
        if (id.isEmpty()) {
            throw BotFailedException.unreadable("no conversationId");
        }
        return BotSession.fresh(id);
    }

    /** The id under which this question is there already; empty when it is not. */
    private String found(BotHttpClient.Call call, BotSession session, BotTurn turn) {
        try {
            URI since = activities(session, after(session.before()));
            for (JsonNode activity : call.get(since, headers).path("activities")) {
                if (isOwn(activity, turn)
                        && turn.id().value().equals(activity.at("/channelData/event").asText())) {
                    return kept("id", activity.path("id").asText(""));
                }
            }
            return "";
        } catch (BotFailedException failure) {
            if (isGone(failure)) {
                return "";
            }
            throw failure;
        }
    }

    private static boolean isOwn(JsonNode activity, BotTurn turn) {
        return turn.conversation().value().equals(activity.path("from").path("id").asText());
    }

    private static boolean isGone(BotFailedException failure) {
        return failure.status() == NOT_FOUND || failure.status() == FORBIDDEN;
    }

    private static String after(String mark) {
        return mark == null ? "" : "?watermark=" + URLEncoder.encode(mark, StandardCharsets.UTF_8);
    }

    /** Direct Line forgets conversations after a while; then this one begins anew. */
    private BotSession posted(BotHttpClient.Call call, BotSession session, BotTurn turn) {
        try {
            return session.posted(post(call, session, turn));
        } catch (BotFailedException gone) {
            if (!isGone(gone)) {
                throw gone;
            }
            BotSession anew = begun(call).at(turn.id().value());
            return anew.posted(post(call, anew, turn));
        }
    }

    private String post(BotHttpClient.Call call, BotSession session, BotTurn turn) {
        ObjectNode activity = JsonNodeFactory.instance.objectNode();
        activity.put("type", "message").put("locale", language).put("text", turn.words());
        activity.putObject("from")
                .put("id", turn.conversation().value())
                .put("name", turn.customerName());
        ObjectNode about = activity.putObject("channelData");
        about.put("event", turn.id().value());
        about.put("number", turn.event().phoneNumberId());
        about.set("customer", turn.customer());
        JsonNode taken = call.post(activities(session, ""), activity, headers);
        return kept("id", taken.path("id").asText(""));
    }

    /** Fills in what the bot said and returns the watermark behind it. */
    private String fetch(
            BotHttpClient.Call call, BotSession session, BotTurn turn, List<JsonNode> activities) {
        String mark = session.before();
        long characters = 0;
        while (true) {
            JsonNode set = call.get(activities(session, after(mark)), headers);
            mark = kept("watermark", set.path("watermark").asText(mark));
            boolean more = false;
            for (JsonNode activity : set.path("activities")) {
                if (!isOwn(activity, turn)) {
                    activities.add(activity);
                    characters += activity.toString().length();
                    more = true;
                }
            }
            if (characters > MOST_CHARACTERS) {
                throw BotFailedException.unreadable("more than " + MOST_CHARACTERS + " characters");
            }
            if (!more && isAnswered(activities, session.asked())) {
                return mark;
            }
            call.pause(LOOK);
        }
    }

    /** What the bot still had to say about earlier questions does not count, where it tells which it answers. */
    private static boolean isAnswered(List<JsonNode> activities, String question) {
        return activities.stream()
                .filter(a -> !a.path("type").asText().equals("typing"))
                .anyMatch(a -> a.path("replyToId").asText(question).equals(question));
    }

    private URI activities(BotSession session, String query) {
        return URI.create(base + "/conversations/" + session.remoteId() + "/activities" + query);
    }

    private static BotAnswer read(List<JsonNode> activities) {
        var replies = new ArrayList<BotReply>();
        boolean handover = false;
        for (JsonNode activity : activities) {
            switch (activity.path("type").asText()) {
                case "message" -> message(activity, replies);
                case "handoff" -> handover = true;
                case "event" -> handover |= HANDOFF.equals(activity.path("name").asText());
                default -> {
                    // Typing and what else there is between bots and clients.
                }
            }
            Signal.ready(activity.path("channelData"), replies);
            handover |= Signal.handsOver(activity.path("channelData"));
        }
        return BotAnswer.of(replies, handover);
    }

    private static void message(JsonNode activity, List<BotReply> replies) {
        String text = activity.path("text").asText("");
        List<BotReply.Choice> choices = new ArrayList<>();
        for (JsonNode action : activity.path("suggestedActions").path("actions")) {
            choices.add(choice(action));
        }
        if (!choices.isEmpty()) {
            replies.add(new BotReply.Choices(text, choices));
        } else if (!text.isBlank()) {
            replies.add(new BotReply.Text(text));
        }
        activity.path("attachments").forEach(attachment -> attachment(attachment, replies));
    }

    private static void attachment(JsonNode attachment, List<BotReply> replies) {
        String type = attachment.path("contentType").asText("");
        JsonNode content = attachment.path("content");
        if (type.startsWith("application/vnd.microsoft.card.adaptive")) {
            replies.add(new BotReply.Text(content.path("fallbackText").asText("")));
        } else if (type.startsWith("application/vnd.microsoft.card.")) {
            card(content, replies);
        } else {
            String name = attachment.path("name").asText(null);
            replies.add(
                    new BotReply.Media(
                            BotReply.Kind.of(type),
                            attachment.path("contentUrl").asText(""),
                            null,
                            name));
        }
    }

    /** Hero and thumbnail cards, and the others that have the same members. */
    private static void card(JsonNode card, List<BotReply> replies) {
        String words =
                (card.path("title").asText("")
                                + "\n"
                                + card.path("subtitle").asText("")
                                + "\n"
                                + card.path("text").asText(""))
                        .replaceAll("\n{2,}", "\n")
                        .strip();
        for (JsonNode image : card.path("images")) {
            String url = image.path("url").asText("");
            replies.add(new BotReply.Media(BotReply.Kind.IMAGE, url, null, null));
        }
        var choices = new ArrayList<BotReply.Choice>();
        for (JsonNode action : card.path("buttons")) {
            if (action.path("type").asText().equals("openUrl")) {
                replies.add(
                        new BotReply.Link(
                                words,
                                action.path("title").asText(""),
                                action.path("value").asText("")));
                words = "";
            } else {
                choices.add(choice(action));
            }
        }
        if (!choices.isEmpty() || !words.isEmpty()) {
            replies.add(new BotReply.Choices(words, choices));
        }
    }

    private static BotReply.Choice choice(JsonNode action) {
        JsonNode value = action.path("value");
        String title = action.path("title").asText(value.asText(""));
        String payload = value.isContainerNode() ? value.toString() : value.asText(title);
        return new BotReply.Choice(title, payload);
    }
}
