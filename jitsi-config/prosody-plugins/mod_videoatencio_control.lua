-- The application's handle on the rooms, over Prosody's HTTP port. Loaded on the virtual host of the users.
--   PUT    /videoatencio/rooms/<room>   {"expires": <unix s>, "max_occupants": 2}   opens or prolongs   204
--   GET    /videoatencio/rooms/<room>   who is there                                                    200, 404
--   DELETE /videoatencio/rooms/<room>   ends the call, always                                           204
--   GET    /videoatencio/health                                                                         200
-- Each needs `Authorization: Bearer <videoatencio_control_secret>`. Events go out by mod_videoatencio_events.

module:depends("http");
module:depends("videoatencio_guard");
module:depends("videoatencio_events");

local lib = module:require "videoatencio";
local array = require "util.array";
local hashes = require "util.hashes";
local json = require "util.json";
local now = require "util.time".now;
local sessionmanager = require "core.sessionmanager";

-- A call that is forgotten by the application still ends. Longer than any appointment.
local MAX_LIFE_SECONDS = 24 * 3600;
local MAX_OCCUPANTS = 20;
local SWEEP_SECONDS = 1;

local control_secret = module:get_option_string("videoatencio_control_secret", "");
-- Lets whoever started Prosody know that it is this Prosody which answers, not another on the same port.
local instance = module:get_option_string("videoatencio_instance");
local muc_host = module:get_option_string("videoatencio_muc", "muc." .. module.host);

-- Comparing digests takes the same time wherever the first difference is, and whatever the lengths are.
local function is_authorised(request)
	local given = (request.headers.authorization or ""):match("^Bearer (.+)$");
	if not given or control_secret == "" then return false; end
	return hashes.equals(hashes.sha256(given), hashes.sha256(control_secret));
end

local function answer(code, body)
	return { status_code = code, headers = { content_type = "application/json" }, body = json.encode(body) };
end

-- Forwarded requests come from the open network through the websocket's proxy: this door is not for them.
local function guarded(handler)
	return function (event, ...)
		local request = event.request;
		if request.headers.x_forwarded_for then return answer(404, { error = "not-found" }); end
		if not is_authorised(request) then return answer(401, { error = "unauthorised" }); end
		return handler(event, ...);
	end
end

local function muc_room(node)
	local host = prosody.hosts[muc_host];
	local muc = host and host.modules.muc;
	return muc and muc.get_room_from_jid(node .. "@" .. muc_host);
end

local function disconnect_holders(node)
	local holders = {};
	for _, session in pairs(prosody.full_sessions) do
		local identity = session.videoatencio;
		if identity and identity.room == node then holders[#holders + 1] = session; end
	end
	for _, session in ipairs(holders) do
		local is_asleep = not session.conn; -- between two connections; mod_smacks keeps it for a while
		session:close(); -- takes the right to resume away, but closes only what has a connection
		if is_asleep and not session.destroyed then
			sessionmanager.destroy_session(session, "The call has ended");
		end
	end
end

-- Order matters: first nobody new can enter, then the room goes, then the lines are cut.
local function end_call(node, reason)
	local was_open = lib.calls[node] ~= nil;
	lib.calls[node] = nil;
	lib.ended[node] = os.time();
	local room = muc_room(node);
	if room then room:destroy(nil, reason); end
	disconnect_holders(node);
	if was_open then lib.report("destroyed", node, nil, nil, reason); end
end

local function read_opening(body)
	local ran, wish = pcall(json.decode, body or "");
	if not ran or type(wish) ~= "table" then return nil, "The body must be JSON"; end
	local expires, places = wish.expires, math.tointeger(wish.max_occupants);
	if type(expires) ~= "number" or expires <= now() or expires > now() + MAX_LIFE_SECONDS then
		return nil, "expires must be a unix time in seconds, within the next 24 hours";
	end
	if not places or places < 1 or places > MAX_OCCUPANTS then
		return nil, "max_occupants must be a whole number from 1 to 20";
	end
	return { expires = expires, max_occupants = places };
end

local function put_room(event, node)
	if not lib.is_room_name(node) then return answer(400, { error = "The room's name is not valid" }); end
	local opening, problem = read_opening(event.request.body);
	if not opening then return answer(400, { error = problem }); end
	opening.room = node;
	lib.calls[node] = opening;
	return 204;
end

local function list_occupants(node)
	local occupants = array();
	local room = muc_room(node);
	for _, person in pairs(room and lib.people(room) or {}) do
		occupants:push({ user = person.user, moderator = person.moderator, joined_at = person.joined_at });
	end
	return occupants;
end

local function get_room(_, node)
	local call = lib.open_call(node);
	if not call then return answer(404, { error = "not-open" }); end
	return answer(200, {
		room = node;
		expires = call.expires;
		max_occupants = call.max_occupants;
		occupants = list_occupants(node);
	});
end

local function delete_room(_, node)
	if lib.is_room_name(node) then end_call(node, "ended"); end
	return 204;
end

local function get_health()
	local count = 0;
	for node in pairs(lib.calls) do
		if lib.open_call(node) then count = count + 1; end
	end
	return answer(200, { status = "ok", rooms = count, instance = instance });
end

-- Ends what has expired, and forgets ends so old that no token from before them can still be valid.
module:add_timer(SWEEP_SECONDS, function ()
	local expired = {};
	for node in pairs(lib.calls) do
		if not lib.open_call(node) then expired[#expired + 1] = node; end
	end
	for _, node in ipairs(expired) do end_call(node, "expired"); end
	for node, second in pairs(lib.ended) do
		if os.time() - second > MAX_LIFE_SECONDS then lib.ended[node] = nil; end
	end
	return SWEEP_SECONDS;
end);

module:provides("http", {
	name = "videoatencio";
	default_path = "/videoatencio";
	route = {
		["GET /rooms/*"] = guarded(get_room);
		["PUT /rooms/*"] = guarded(put_room);
		["DELETE /rooms/*"] = guarded(delete_room);
		["GET /health"] = guarded(get_health);
	};
});
