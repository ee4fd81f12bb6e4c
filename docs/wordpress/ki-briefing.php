<?php
/**
 * Plugin Name: ki-briefing
 * Description: Setzt den Player der Podcast-Folge über den Artikel und nennt sie Suchmaschinen (JSON-LD).
 * Version: 1.1.0
 * Requires at least: 6.3
 * Requires PHP: 7.4
 * License: GPL-3.0-or-later
 *
 * Where the podcast is served stands under Settings → Reading, or in wp-config.php:
 * define( 'KI_BRIEFING_BASE', 'https://podcast.example.org/' );
 *
 * For a post that has an episode (the podcast names it by the post's permalink) the page gets one script tag and the
 * data of its sound. What the podcast said is kept for an hour; a podcast that does not answer costs a page nothing more
 * than three seconds once in five minutes. Readers' data are neither read nor sent.
 */

defined( 'ABSPATH' ) || exit;

/** Return where the podcast is served, with a slash at the end; empty if it is not set. */
function ki_briefing_base(): string {
	$base = defined( 'KI_BRIEFING_BASE' ) ? KI_BRIEFING_BASE : get_option( 'ki_briefing_base', '' );
	$base = esc_url_raw( (string) $base, array( 'https', 'http' ) );
	return '' === $base ? '' : trailingslashit( $base );
}

/** Return a JSON document of the podcast as an array; empty if there is none. */
function ki_briefing_document( string $path ): array {
	$address = ki_briefing_base() . $path;
	$key     = 'ki_briefing_' . md5( $address );
	$known   = get_transient( $key );
	if ( is_array( $known ) ) {
		return $known;
	}
	$answer = wp_remote_get( $address, array( 'timeout' => 3, 'redirection' => 2, 'limit_response_size' => 200000 ) );
	$status = is_wp_error( $answer ) ? 0 : (int) wp_remote_retrieve_response_code( $answer );
	$found  = 200 === $status ? json_decode( wp_remote_retrieve_body( $answer ), true ) : null;
	$found  = is_array( $found ) ? $found : array();
	set_transient( $key, $found, $found ? HOUR_IN_SECONDS : 5 * MINUTE_IN_SECONDS );
	return $found;
}

/** What addresses carry so that somebody can count where readers came from. */
const KI_BRIEFING_COUNTS = '/^(?:(?:utm|mtm|pk|piwik|matomo|at|hsa|vero|oly|wt)_.*|wt(?:_|\.)?z?mc|wtrid|xtor|[a-z]{1,3}clid'
	. '|gbraid|wbraid|igshid|igsh|mc_[ce]id|cmpid|icid|ocid|ref|referrer|share|smid|sfnsn|_ga|_gl)$/i';

/** Return what all forms of a post's address share, as the podcast writes it (same_page). */
function ki_briefing_same_page( string $address ): string {
	$parts = wp_parse_url( $address );
	$port  = isset( $parts['port'] ) && ! in_array( $parts['port'], array( 80, 443 ), true ) ? ':' . $parts['port'] : '';
	$host  = preg_replace( '/^www\./', '', strtolower( $parts['host'] ?? '' ) );
	$path  = preg_replace_callback( '~[^\w!$%&\'()*+,\-./:;=?@\~]~', fn( $sign ) => rawurlencode( $sign[0] ), $parts['path'] ?? '' );
	$path  = preg_replace_callback( '/%[0-9a-f]{2}/i', fn( $escape ) => rawurlencode( rawurldecode( $escape[0] ) ), $path );
	$asked = array();
	foreach ( explode( '&', $parts['query'] ?? '' ) as $pair ) {
		list( $name, $value ) = array_map( 'urldecode', array_pad( explode( '=', $pair, 2 ), 2, '' ) );
		if ( '' !== $pair && ! preg_match( KI_BRIEFING_COUNTS, $name ) ) {
			$asked[] = "$name\0$value"; // in this form pairs sort as the podcast sorts them
		}
	}
	sort( $asked, SORT_STRING );
	$asked = str_replace( array( '%00', '%20' ), array( '=', '+' ), array_map( 'rawurlencode', $asked ) );
	return $host . $port . rtrim( $path, '/' ) . ( $asked ? '?' . implode( '&', $asked ) : '' );
}

/** Return the slug of the episode of the post that is shown; empty if it has none. */
function ki_briefing_slug(): string {
	$types = apply_filters( 'ki_briefing_post_types', array( 'post' ) );
	if ( '' === ki_briefing_base() || ! is_singular( $types ) ) {
		return '';
	}
	$page  = ki_briefing_same_page( (string) get_permalink( get_queried_object_id() ) );
	$found = ki_briefing_document( 'artikel-' . substr( hash( 'sha256', $page ), 0, 16 ) . '.json' );
	$slug  = $found['episode'] ?? '';
	return is_string( $slug ) && preg_match( '/^[a-z0-9-]+$/D', $slug ) ? $slug : '';
}

add_action(
	'wp_enqueue_scripts',
	function () {
		if ( '' !== ki_briefing_slug() ) {
			wp_enqueue_script( 'ki-briefing', ki_briefing_base() . 'artikel.js', array(), null, array( 'strategy' => 'async' ) );
		}
	}
);

add_filter(
	'script_loader_tag',
	function ( $tag, $handle ) {
		$episode = ' data-episode="' . esc_attr( ki_briefing_slug() ) . '" src=';
		return 'ki-briefing' === $handle ? str_replace( ' src=', $episode, $tag ) : $tag;
	},
	10,
	2
);

add_action(
	'wp_head',
	function () {
		$slug = ki_briefing_slug();
		$data = '' === $slug ? null : ( ki_briefing_document( $slug . '/embed/artikel.json' )['data'] ?? null );
		if ( is_array( $data ) ) {
			$json = wp_json_encode( $data, JSON_HEX_TAG | JSON_HEX_AMP | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE );
			echo '<script type="application/ld+json">', $json, "</script>\n"; // phpcs:ignore -- no tag can end it
		}
	}
);

add_action(
	'admin_init',
	function () {
		register_setting( 'reading', 'ki_briefing_base', array( 'sanitize_callback' => 'esc_url_raw' ) );
		add_settings_field(
			'ki_briefing_base',
			'Podcast (ki-briefing)',
			function () {
				printf(
					'<input type="url" name="ki_briefing_base" class="regular-text" value="%s" placeholder="https://podcast.example.org/">',
					esc_attr( (string) get_option( 'ki_briefing_base', '' ) )
				);
			},
			'reading'
		);
	}
);
