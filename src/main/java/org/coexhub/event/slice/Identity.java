package org.coexhub.event.slice;

import org.coexhub.event.CustomerIdentity;
import org.coexhub.event.PhoneDigits;

import java.nio.charset.StandardCharsets;

/** Whom an item names, while it is being read: every part is optional, and the contacts beside it may fill some in. */
public final class Identity {

    private static final int MAX_LENGTH = 256;

    String waId;
    String bsuid;
    String parentUserId;
    String username;
    String name;
    String group;

    /** The item says that its {@code recipient_id} is a group. */
    boolean toGroup;

    /** The wa_id: digits, or whatever Meta gave instead; null where nobody is named by one. */
    public String waId() {
        return waId;
    }

    public String bsuid() {
        return bsuid;
    }

    public String group() {
        return group;
    }

    public boolean toGroup() {
        return toGroup;
    }

    public void parentUserId(String id) {
        parentUserId = id;
    }

    public void name(String label) {
        name = label;
    }

    public boolean named() {
        return waId != null || bsuid != null;
    }

    /** Takes what this one lacks. */
    public void fillFrom(Identity other) {
        waId = waId != null ? waId : other.waId;
        bsuid = bsuid != null ? bsuid : other.bsuid;
        parentUserId = parentUserId != null ? parentUserId : other.parentUserId;
        username = username != null ? username : other.username;
        name = name != null ? name : other.name;
    }

    public CustomerIdentity toCustomer() {
        return named() ? new CustomerIdentity(waId, bsuid, parentUserId, username, name) : null;
    }

    /**
     * The wa_id where there is one, because one webhook may carry both ids and another the wa_id alone; and one form of
     * it where a country has two, so that both forms are handled in order.
     */
    String partitionKey() {
        return partitionKey(waId, bsuid);
    }

    public static String partitionKey(String waId, String bsuid) {
        return waId != null ? PhoneDigits.canonical(waId) : bsuid;
    }

    /** Takes a phone number in any spelling, or a business-scoped id that was put in its place. */
    public void phone(String text) {
        String id = clean(text);
        if (id == null) {
            return;
        }
        String digits = PhoneDigits.of(id);
        if (digits == null && isBsuid(id)) {
            bsuid = bsuid != null ? bsuid : id;
        } else {
            waId = digits != null ? digits : id;
        }
    }

    public void scopedId(String text) {
        String id = clean(text);
        if (id != null) {
            bsuid = id;
        }
    }

    public void username(String text) {
        String id = clean(text);
        if (id != null) {
            username = id.startsWith("@") ? clean(id.substring(1)) : id;
        }
    }

    /** Free text as the database takes it: without U+0000 and without halves of surrogate pairs. */
    public static String label(String text) {
        if (text == null) {
            return null;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0 || Character.isSurrogate(c)) {
                return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8)
                        .replace("\0", "");
            }
        }
        return text;
    }

    /** Two letters of a country, a dot, and something. */
    private static boolean isBsuid(String id) {
        return id.length() > 3 && Character.isLetter(id.charAt(0)) && id.indexOf('.') > 1;
    }

    /**
     * An id as it may be stored: no blanks around it, not empty, of bearable length, and only characters that every
     * database takes. Null otherwise; the raw bytes still hold what Meta sent.
     */
    public static String clean(String text) {
        if (text == null) {
            return null;
        }
        String id = text.strip();
        if (id.isEmpty() || id.length() > MAX_LENGTH) {
            return null;
        }
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            if (c < ' ' || c == 0x7f || Character.isSurrogate(c)) {
                return null;
            }
        }
        return id;
    }
}
