package org.coexhub.api;

import jakarta.servlet.http.HttpServletRequest;

import org.coexhub.event.PhoneNumberId;
import org.coexhub.outbound.command.CommandRefusedException;
import org.coexhub.outbound.command.KnownNumbers;
import org.coexhub.state.media.MediaRefusedException;
import org.coexhub.state.media.MediaRow;
import org.coexhub.state.media.OutgoingMedia;
import org.coexhub.state.media.StoredMedia;
import org.springframework.core.io.InputStreamResource;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.Map;

/** Endpoints for files: read those of messages, upload those to send. */
@RestController
@RequestMapping("/api/v1/media")
class MediaController {

    private final StoredMedia stored;
    private final OutgoingMedia outgoing;
    private final KnownNumbers numbers;

    MediaController(StoredMedia stored, OutgoingMedia outgoing, KnownNumbers numbers) {
        this.numbers = numbers;
        this.stored = stored;
        this.outgoing = outgoing;
    }

    /** The body is the file itself, unless {@code media} names a stored one. */
    @PostMapping
    ResponseEntity<OutgoingMedia.Handle> upload(
            @RequestParam String from,
            @RequestParam(required = false) String media,
            @RequestParam(defaultValue = "file") String filename,
            HttpServletRequest request)
            throws IOException, InterruptedException {
        if (!from.matches("[0-9]{1,32}")) {
            throw new IllegalArgumentException("from has to be a phone number id: digits");
        }
        var number = new PhoneNumberId(from);
        if (!numbers.isKnown(number)) {
            throw MessageController.problem(CommandRefusedException.unknownNumber());
        }
        String type = request.getContentType() == null ? "" : request.getContentType();
        try {
            return ResponseEntity.status(HttpStatus.CREATED)
                    .body(
                            media == null
                                    ? outgoing.upload(
                                            number, request.getInputStream(), filename, type)
                                    : outgoing.forward(number, media));
        } catch (MediaRefusedException refused) {
            throw problem(refused);
        }
    }

    /** Customers choose what is in it: a browser is to save it, not to show it. */
    @GetMapping("/{id}")
    ResponseEntity<InputStreamResource> file(@PathVariable String id) throws IOException {
        MediaRow row = stored.find(id).orElseThrow(() -> absent("unknown", "no message showed it"));
        if (row.state() != MediaRow.State.STORED) {
            throw absent(row.state().wireName(), why(row));
        }
        String name = row.fileName() == null ? row.id() : row.fileName();
        try {
            return ResponseEntity.ok()
                    .contentType(type(row))
                    .contentLength(row.bytes())
                    .header("X-Content-Type-Options", "nosniff")
                    .header(
                            "Content-Disposition",
                            ContentDisposition.attachment()
                                    .filename(name, StandardCharsets.UTF_8)
                                    .build()
                                    .toString())
                    .body(new InputStreamResource(stored.open(row)));
        } catch (NoSuchFileException e) {
            throw absent("missing", "the media store no longer has it");
        }
    }

    private static String why(MediaRow row) {
        return switch (row.state()) {
            case WAITING -> whyNotYet(row);
            case LOST -> "it could not be fetched: " + row.reason();
            case EXPIRED -> "it was deleted after HUB_RETENTION";
            case STORED -> throw new IllegalStateException("a stored file is there");
        };
    }

    private static String whyNotYet(MediaRow row) {
        if (row.isPutOff()) {
            return "it comes another day: its customer has sent what HUB_MEDIA_DAILY_FILES and"
                    + " HUB_MEDIA_DAILY_SIZE allow on one";
        }
        return "it is still being fetched, try again"
                + (row.reason() == null ? "" : "; last try: " + row.reason());
    }

    private static ProblemException absent(String state, String why) {
        return new ProblemException(404, "No such file", why, Map.of("state", state));
    }

    private static MediaType type(MediaRow row) {
        try {
            return row.mimeType() == null
                    ? MediaType.APPLICATION_OCTET_STREAM
                    : MediaType.parseMediaType(row.mimeType());
        } catch (InvalidMediaTypeException e) {
            return MediaType.APPLICATION_OCTET_STREAM;
        }
    }

    private static ProblemException problem(MediaRefusedException refused) {
        int status =
                switch (refused.kind()) {
                    case TYPE -> 415;
                    case SIZE -> 413;
                    case ABSENT -> 404;
                    case META -> 502;
                    case NO_ROOM -> 503;
                };
        return new ProblemException(status, "File not uploaded", refused.getMessage(), Map.of());
    }
}
