"""The pages of inquiries: for agents who asked, experts who answer, and who keeps watch."""
