-- What our modules share: the open calls, the shape of a room name, and the way to report an event.
-- Loaded with `module:require "videoatencio"`; `module` is then the module that asked for it.

local jid_bare = require "util.jid".bare;
local new_uuid = require "util.uuid".generate;
local now = require "util.time".now;

local lib = {};

-- Room node -> { room, expires, max_occupants }. Kept in memory on purpose: after a restart nothing is open
-- until the application opens it again, so a crash can never leave a door ajar.
local calls = module:shared("/*/videoatencio/calls");
-- Room node -> second of its end, so that tokens issued before it stay worthless if the room is opened again.
local ended = module:shared("/*/videoatencio/ended");

-- Bare addresses of our own servers (jicofo, the bridges). Nobody else is above the rules.
local service_jids = module:get_option_set("videoatencio_service_jids", {});

lib.calls, lib.ended = calls, ended;

-- Lower case only: XMPP folds case in room names, and two spellings of one room must not exist. Excludes `*`.
function lib.is_room_name(value)
	return type(value) == "string" and #value <= 128 and value:match("^[a-z0-9][a-z0-9._-]*$") ~= nil;
end

-- The call behind a room node, or nil when it was never opened, was ended, or has expired.
function lib.open_call(node)
	local call = node and calls[node];
	if call and call.expires > now() then return call; end
end

function lib.is_service(jid)
	return jid ~= nil and service_jids:contains(jid_bare(jid));
end

-- Who is in a MUC room: occupant address -> { user, moderator, joined_at, jid }. Lives and dies with the room.
function lib.people(room)
	local people = room.videoatencio_people;
	if not people then
		people = {};
		room.videoatencio_people = people;
	end
	return people;
end

-- Hands an event to mod_videoatencio_control, which sends it to the application. `id` makes repeats harmless.
function lib.report(event, room, user, moderator, reason)
	prosody.events.fire_event("videoatencio-event", {
		id = new_uuid();
		event = event;
		room = room;
		user = user or "";
		moderator = moderator == true;
		reason = reason;
		at = math.floor(now() * 1000);
	});
end

return lib;
