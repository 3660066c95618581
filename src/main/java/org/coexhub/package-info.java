/**
 * The application itself: its entry point, its settings, and the loader of the route files. May know every package below;
 * of those, only {@code api} looks back here.
 */
package org.coexhub;
