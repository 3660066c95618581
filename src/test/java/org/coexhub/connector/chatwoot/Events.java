package org.coexhub.connector.chatwoot;

import java.nio.charset.StandardCharsets;

/** Events as the hub delivers them, as far as Chatwoot is concerned; all of one customer and number. */
public final class Events {

    public static final String NUMBER = "700100200300";
    public static final String CUSTOMER = "491701234567";
    public static final String CONVERSATION = NUMBER + ":" + CUSTOMER;

    private Events() {}

    public static byte[] received(String wamid, String text) {
        return message("whatsapp.message.received", "customer", wamid, text(text));
    }

    public static byte[] echoed(String wamid, String text) {
        return message("whatsapp.message.echoed", "app", wamid, text(text));
    }

    public static byte[] received(String wamid, String type, String members) {
        return message(
                "whatsapp.message.received",
                "customer",
                wamid,
                "'messageType':'" + type + "'," + members);
    }

    public static byte[] changed(String kind, String origin, String wamid, String members) {
        return message("whatsapp.message." + kind, origin, wamid, members);
    }

    public static byte[] sent(
            String wamid, String source, String name, String correlation, String text) {
        String command =
                "'command':{'id':'c-1','source':'%s','sourceName':'%s','correlation':'%s'},"
                        .formatted(source, name, correlation);
        return message(
                "whatsapp.message.sent",
                "hub",
                wamid,
                command + text(text) + ",'request':{'type':'text','text':{'body':'" + text + "'}}");
    }

    public static byte[] status(String wamid, String status, String more) {
        return event(
                "status:" + wamid + ":" + status,
                "whatsapp.message.status",
                "meta",
                "'wamid':'" + wamid + "','status':'" + status + "'" + more);
    }

    public static byte[] refused(
            String type, String source, String name, String correlation, String members) {
        return event(
                "command:c-1:" + type,
                "whatsapp.command." + type,
                "hub",
                "'command':{'id':'c-1','source':'%s','sourceName':'%s','correlation':'%s'},'messageType':'text',%s"
                        .formatted(source, name, correlation, members));
    }

    private static String text(String text) {
        return "'messageType':'text','text':'" + text + "'";
    }

    private static byte[] message(String type, String origin, String wamid, String members) {
        return event("message:" + wamid, type, origin, "'wamid':'" + wamid + "'," + members);
    }

    private static byte[] event(String id, String type, String origin, String data) {
        return ("{'specversion':'1.0','id':'"
                        + id
                        + "','type':'"
                        + type
                        + "','origin':'"
                        + origin
                        + "','subject':'"
                        + CONVERSATION
                        + "','phonenumberid':'"
                        + NUMBER
                        + "','time':'2026-11-22T12:00:00Z','data':{"
                        + data
                        + ",'customer':{'waId':'"
                        + CUSTOMER
                        + "','bsuid':'DE.4711','name':'Ana Ribeiro'}}}")
                .replace('\'', '"')
                .getBytes(StandardCharsets.UTF_8);
    }
}
