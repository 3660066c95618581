package org.coexhub.connector.chatbot.memory;

/**
 * The bot's side of a conversation, for bots that keep a session: ids and watermarks by which the next question goes
 * on.
 *
 * @param remoteId the bot's own id of the conversation
 * @param turn id of the event last asked about
 * @param asked the bot's id of that question; null while it was not posted
 * @param before watermark before that question
 * @param after watermark after its answer
 */
public record BotSession(String remoteId, String turn, String asked, String before, String after) {

    /** Characters of each member, at most. */
    public static final int LONGEST = 1024;

    public static BotSession fresh(String remoteId) {
        return new BotSession(remoteId, null, null, null, null);
    }

    /** The same turn again reads from the same place, so the same answers have the same numbers. */
    public BotSession at(String event) {
        return event.equals(turn) ? this : new BotSession(remoteId, event, null, after, after);
    }

    public BotSession posted(String id) {
        return new BotSession(remoteId, turn, id, before, after);
    }

    public BotSession read(String watermark) {
        return new BotSession(remoteId, turn, asked, before, watermark);
    }
}
