package org.coexhub.connector.chatbot.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Direct Line 3.0: conversations with numbered activities, fetched from a watermark on. */
final class FakeDirectLine extends FakeBot {

    static final String SECRET = "direct-line-secret";
    static final String BASE = "/v3/directline";
    private static final Pattern ACTIVITIES =
            Pattern.compile(BASE + "/conversations/([^/]+)/activities");

    private final Map<String, List<ObjectNode>> conversations = new HashMap<>();
    private List<ObjectNode> answers = List.of();
    private int begun;
    private boolean losesAnswer;
    private int page = 1000;
    private Map<String, String> lies = Map.of();

    /** What the bot says to each message from now on. */
    synchronized void says(ObjectNode... activities) {
        answers = List.of(activities);
    }

    /** The bot says something without having been asked. */
    synchronized void adds(ObjectNode activity) {
        conversations.values().forEach(c -> add(c, activity, "bot"));
    }

    /** The next message is taken, and the answer that says so gets lost. */
    synchronized void losesAnAnswer() {
        losesAnswer = true;
    }

    /** How many activities are told at once, at most. */
    synchronized void tellsAtOnce(int activities) {
        page = activities;
    }

    /** What it says from now on where it should say this. */
    synchronized void insteadOf(String member, String said) {
        lies = Map.of(member, said);
    }

    /** As happens to conversations of yesterday. */
    synchronized void forgetsConversations() {
        conversations.clear();
    }

    synchronized int begun() {
        return begun;
    }

    @Override
    boolean isQuestion(Request request) {
        return request.method().equals("POST") && ACTIVITIES.matcher(request.path()).matches();
    }

    @Override
    synchronized Response answer(Request request) {
        if (!("Bearer " + SECRET).equals(request.authorization())) {
            return error(403, "BadArgument");
        }
        if (request.path().equals(BASE + "/conversations")) {
            String id = "conv" + ++begun;
            conversations.put(id, new ArrayList<>());
            return new Response(
                    201,
                    JSON.createObjectNode()
                            .put("conversationId", lies.getOrDefault("conversationId", id))
                            .put("token", "t")
                            .put("expires_in", 1800)
                            .put("streamUrl", "wss://directline.example/" + id)
                            .toString());
        }
        Matcher matcher = ACTIVITIES.matcher(request.path());
        if (!matcher.matches() || !conversations.containsKey(matcher.group(1))) {
            return error(404, "BadArgument");
        }
        List<ObjectNode> activities = conversations.get(matcher.group(1));
        return request.method().equals("GET")
                ? from(request.query(), activities)
                : take(request.body(), activities);
    }

    private Response take(JsonNode activity, List<ObjectNode> activities) {
        if (!activity.path("type").isTextual() || !activity.path("from").path("id").isTextual()) {
            return error(400, "MissingProperty");
        }
        String id = add(activities, activity.deepCopy(), null);
        answers.forEach(a -> add(activities, a.deepCopy().put("replyToId", id), "bot"));
        if (losesAnswer) {
            losesAnswer = false;
            return error(502, "BadGateway");
        }
        return Response.json(JSON.createObjectNode().put("id", lies.getOrDefault("id", id)));
    }

    private static String add(List<ObjectNode> activities, ObjectNode activity, String from) {
        ObjectNode copy = activity.deepCopy();
        String id = "a|%07d".formatted(activities.size());
        copy.put("id", id);
        if (from != null) {
            copy.putObject("from").put("id", from).put("role", "bot");
        }
        activities.add(copy);
        return id;
    }

    private Response from(String query, List<ObjectNode> activities) {
        int mark = query == null ? 0 : Integer.parseInt(query.replace("watermark=", ""));
        ObjectNode set = JSON.createObjectNode();
        ArrayNode found = set.putArray("activities");
        int end = Math.min(mark + page, activities.size());
        activities.subList(Math.min(mark, end), end).forEach(found::add);
        set.put("watermark", lies.getOrDefault("watermark", Integer.toString(end)));
        return Response.json(set);
    }

    private static Response error(int status, String code) {
        return Response.json(status, "{'error':{'code':'" + code + "','message':'…'}}");
    }

    @Override
    String askedWords() {
        return lastQuestion().body().path("text").asText();
    }
}
