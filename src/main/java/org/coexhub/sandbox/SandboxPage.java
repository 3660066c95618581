package org.coexhub.sandbox;

import org.springframework.context.annotation.Profile;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

import java.net.URI;
import java.util.concurrent.TimeUnit;

/** Serves the page and its files. They lie outside the static folder, so that nothing is served without the profile. */
@RestController
@Profile(SandboxEnvironment.PROFILE)
class SandboxPage {
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors"
                    + " 'none'";

    @GetMapping("/")
    ResponseEntity<Void> home() {
        return ResponseEntity.status(HttpStatus.FOUND).location(URI.create("/sandbox")).build();
    }

    @GetMapping("/sandbox")
    ResponseEntity<Resource> page() {
        return file("index.html", MediaType.parseMediaType("text/html;charset=UTF-8"));
    }

    @GetMapping("/sandbox/sandbox.css")
    ResponseEntity<Resource> style() {
        return file("sandbox.css", MediaType.parseMediaType("text/css;charset=UTF-8"));
    }

    @GetMapping("/sandbox/{script:sandbox|sending|crm}.js")
    ResponseEntity<Resource> script(@PathVariable String script) {
        return file(script + ".js", MediaType.parseMediaType("text/javascript;charset=UTF-8"));
    }

    private static ResponseEntity<Resource> file(String name, MediaType type) {
        return ResponseEntity.ok()
                .contentType(type)
                .cacheControl(CacheControl.maxAge(0, TimeUnit.SECONDS).mustRevalidate())
                .header("Content-Security-Policy", POLICY)
                .header("X-Content-Type-Options", "nosniff")
                .body(new ClassPathResource("sandbox/" + name));
    }
}
