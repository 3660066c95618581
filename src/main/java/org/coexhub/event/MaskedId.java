package org.coexhub.event;

import java.util.regex.Pattern;

/**
 * An event id, wamid or key as logs may show it. A wamid is base64 with the customer's number in its first part, and some ids
 * bear a number as it is; what is left tells one message from another, and leads nobody to a customer.
 */
public final class MaskedId {

    /** The last characters of a real wamid are the message's own; of one that is too short to be real, nothing is shown. */
    private static final Pattern WAMID =
            Pattern.compile("wamid\\.(?:[\\w+/-]{32,}([\\w+/-]{8}=*)|[\\w+/=.-]+)");

    private static final Pattern NUMBER =
            Pattern.compile("\\+?(?<!\\w)(\\d{2})\\d{4,}(\\d{2})(?!\\w)");

    private MaskedId() {}

    public static String of(EventId id) {
        return of(id.value());
    }

    public static String of(String id) {
        if (id == null) {
            return "?";
        }
        String withoutWamid =
                WAMID.matcher(id)
                        .replaceAll(
                                found ->
                                        "wamid.***"
                                                + (found.group(1) == null ? "" : found.group(1)));
        return NUMBER.matcher(withoutWamid).replaceAll("$1***$2");
    }
}
