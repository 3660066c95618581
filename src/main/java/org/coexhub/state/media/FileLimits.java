package org.coexhub.state.media;

import java.util.Map;
import java.util.TreeMap;

/** Lists the files that WhatsApp takes, and up to which size. Source: Meta's page on media, "Supported media types". */
final class FileLimits {

    private static final long KB = 1024;
    private static final long MB = 1024 * KB;
    private static final long IMAGE = 5 * MB;
    private static final long STICKER = 500 * KB;
    private static final long SOUND_AND_FILM = 16 * MB;
    private static final long DOCUMENT = 100 * MB;
    private static final String OFFICE = "application/vnd.openxmlformats-officedocument.";

    private static final Map<String, Long> LIMITS =
            new TreeMap<>(
                    Map.ofEntries(
                            Map.entry("image/jpeg", IMAGE),
                            Map.entry("image/png", IMAGE),
                            Map.entry("image/webp", STICKER),
                            Map.entry("audio/aac", SOUND_AND_FILM),
                            Map.entry("audio/amr", SOUND_AND_FILM),
                            Map.entry("audio/mpeg", SOUND_AND_FILM),
                            Map.entry("audio/mp4", SOUND_AND_FILM),
                            Map.entry("audio/ogg", SOUND_AND_FILM),
                            Map.entry("audio/opus", SOUND_AND_FILM),
                            Map.entry("video/mp4", SOUND_AND_FILM),
                            Map.entry("video/3gpp", SOUND_AND_FILM),
                            Map.entry("text/plain", DOCUMENT),
                            Map.entry("application/pdf", DOCUMENT),
                            Map.entry("application/msword", DOCUMENT),
                            Map.entry("application/vnd.ms-excel", DOCUMENT),
                            Map.entry("application/vnd.ms-powerpoint", DOCUMENT),
                            Map.entry(OFFICE + "wordprocessingml.document", DOCUMENT),
                            Map.entry(OFFICE + "spreadsheetml.sheet", DOCUMENT),
                            Map.entry(OFFICE + "presentationml.presentation", DOCUMENT)));

    private FileLimits() {}

    /** @return bytes that a file of the type may have */
    static long of(String mimeType) throws MediaRefusedException {
        Long limit = LIMITS.get(mimeType);
        if (limit == null) {
            throw new MediaRefusedException(
                    MediaRefusedException.Kind.TYPE,
                    "WhatsApp takes files of these types only: "
                            + String.join(", ", LIMITS.keySet()));
        }
        return limit;
    }

    static MediaRefusedException tooLarge(String mimeType, long limit) {
        return new MediaRefusedException(
                MediaRefusedException.Kind.SIZE,
                "WhatsApp takes " + mimeType + " up to " + limit / KB + " KiB");
    }
}
