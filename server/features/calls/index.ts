export { agentRoomRoutes } from './agent-room-routes.ts';
export { citizenRoomRoutes } from './citizen-room-routes.ts';
export { goodbyeRoutes } from './goodbye-routes.ts';
export { landingRoutes } from './landing-routes.ts';
export { videoEventRoutes } from './video-routes.ts';
export { waitingRoutes } from './waiting-routes.ts';
export { close } from './attend.ts';
export { endForgotten, endLeftRooms } from './housekeeping.ts';
