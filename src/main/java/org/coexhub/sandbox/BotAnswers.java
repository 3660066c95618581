package org.coexhub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The answers of Harbour Coffee's bot. */
final class BotAnswers {
    private static final Pattern ORDER = Pattern.compile("\\border\\s*#?\\s*(\\d{3,8})");
    private static final Pattern GREETING =
            Pattern.compile("^(hi|hello|hey|good (morning|afternoon|evening)|hola|oi)\\b");
    private static final Pattern HOURS =
            Pattern.compile("\\b(open|opening|hours?|close[sd]?|when)\\b");
    private static final Pattern PERSON =
            Pattern.compile("\\b(human|person|agent|somebody|someone)\\b");
    private static final Pattern MENU = Pattern.compile("\\b(menu|options|list|products?)\\b");

    private BotAnswers() {}

    /** The answer to one request of the chatbot contract: {@code replies} and, for a person, {@code handover}. */
    static ObjectNode to(JsonNode request) {
        JsonNode message = request.path("message");
        String said = said(message).toLowerCase(Locale.ROOT).trim();
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode replies = answer.putArray("replies");
        Matcher order = ORDER.matcher(said);
        if (PERSON.matcher(said).find()) {
            text(replies, "I am getting a person for you. They will answer right here.");
            answer.put("handover", "human");
        } else if (order.find()) {
            text(
                    replies,
                    "Order "
                            + order.group(1)
                            + " left our roastery this morning and should arrive tomorrow.");
        } else if (MENU.matcher(said).find()) {
            list(replies);
        } else if (HOURS.matcher(said).find()) {
            text(replies, "We are open Monday to Saturday, 8:00 to 18:00. On Sundays we roast.");
        } else if (GREETING.matcher(said).find()) {
            buttons(replies, greeting(request.path("customer")));
        } else if (said.startsWith("beans ")) {
            text(
                    replies,
                    "Good choice: "
                            + said(message)
                            + ". Shall I ask a person to put 250 g aside? Write \"human\".");
        } else {
            text(
                    replies,
                    "I can tell you our opening hours, look up \"order 1234\", show the menu, or"
                            + " get you a human.");
        }
        return answer;
    }

    /** Text, caption or the title of what was tapped, whichever the message has. */
    private static String said(JsonNode message) {
        for (String pointer :
                new String[] {
                    "/text/body",
                    "/text",
                    "/interactive/list_reply/title",
                    "/interactive/button_reply/title",
                    "/interactive/title",
                    "/button/text",
                    "/image/caption",
                    "/caption"
                }) {
            JsonNode found = message.at(pointer);
            if (found.isTextual() && !found.asText().isBlank()) {
                return found.asText();
            }
        }
        return "";
    }

    private static String greeting(JsonNode customer) {
        String name = customer.path("name").asText("").split(" ")[0];
        return (name.isEmpty() ? "Hello" : "Hello " + name)
                + ", this is the bot of Harbour Coffee. What can I do for you?";
    }

    private static void text(ArrayNode replies, String body) {
        replies.addObject().put("type", "text").putObject("text").put("body", body);
    }

    private static void buttons(ArrayNode replies, String body) {
        ObjectNode interactive =
                replies.addObject()
                        .put("type", "interactive")
                        .putObject("interactive")
                        .put("type", "button");
        interactive.putObject("body").put("text", body);
        ArrayNode buttons = interactive.putObject("action").putArray("buttons");
        for (String title : new String[] {"Opening hours", "Menu", "A human, please"}) {
            buttons.addObject()
                    .put("type", "reply")
                    .putObject("reply")
                    .put("id", title.toLowerCase(Locale.ROOT).replaceAll("\\W+", "-"))
                    .put("title", title);
        }
    }

    private static void list(ArrayNode replies) {
        ObjectNode interactive =
                replies.addObject()
                        .put("type", "interactive")
                        .putObject("interactive")
                        .put("type", "list");
        interactive.putObject("body").put("text", "This week from the roaster:");
        ObjectNode action = interactive.putObject("action").put("button", "See the beans");
        ArrayNode rows =
                action.putArray("sections").addObject().put("title", "Beans").putArray("rows");
        row(rows, "beans-huila", "Beans from Huila", "Red berries, 250 g, £9.50");
        row(rows, "beans-sidama", "Beans from Sidama", "Bergamot, 250 g, £10.50");
        row(rows, "beans-decaf", "Beans without caffeine", "Cocoa, 250 g, £9.00");
    }

    private static void row(ArrayNode rows, String id, String title, String description) {
        rows.addObject().put("id", id).put("title", title).put("description", description);
    }
}
